import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('.', import.meta.url));

/** Every package that has tests. */
const packages = ['packages', 'apps']
  .flatMap((group) => readdirSync(join(root, group)).map((name) => join(root, group, name)))
  .filter((folder) => existsSync(join(folder, 'test')));

/** From within a package, Jest runs its tests alone. */
const current = packages.filter((folder) => `${process.cwd()}/`.startsWith(`${folder}/`));

/** Chooses the Redis of a run once for all test files, in the packages whose tests use one. */
function globalSetup(folder) {
  const usesServers = readFileSync(join(folder, 'package.json'), 'utf8').includes('test-servers"');
  const built = join(root, 'packages/test-servers/dist');
  return usesServers
    ? {
        globalSetup: join(built, 'jest-setup.cjs'),
        globalTeardown: join(built, 'jest-teardown.cjs'),
      }
    : {};
}

/**
 * These tests run only if the command line names their kind, as `jest .long.test` does. Those of the kind network change the
 * network of the machine, which makes chromium give up its requests.
 */
const excludedKinds = ['long', 'network', 'containers'].filter(
  (kind) => !process.argv.some((argument) => argument.includes(`.${kind}.test`)),
);

const swc = {
  jsc: { target: 'es2023', parser: { syntax: 'typescript' } },
};

/** The one Jest configuration of the repository. Each package.json points to it. */
export default {
  // Tests mostly wait, for servers and for other processes.
  maxWorkers: '100%',
  // Only a fault takes so long. A wait that is in vain ends before, and says what it saw.
  testTimeout: 180_000,
  // Jest's half a second is a warning about leaks on a busy machine.
  workerGracefulExitTimeout: 30_000,
  projects: (current.length > 0 ? current : packages).map((folder) => ({
    displayName: basename(folder),
    rootDir: folder,
    testEnvironment: 'node',
    testMatch: ['<rootDir>/test/**/*.test.ts'],
    testPathIgnorePatterns: excludedKinds.map((kind) => `\\.${kind}\\.test\\.ts$`),
    transform: { '\\.ts$': [fileURLToPath(import.meta.resolve('@swc/jest')), swc] },
    ...globalSetup(folder),
  })),
};
