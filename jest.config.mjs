import { fileURLToPath } from 'node:url';

const swc = {
  jsc: { target: 'es2023', parser: { syntax: 'typescript' } },
};

/** The one Jest configuration; each package runs it with `--rootDir .`. */
export default {
  testEnvironment: 'node',
  // A sentinel takes some seconds to learn who is there.
  testTimeout: 30_000,
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  transform: { '\\.ts$': [fileURLToPath(import.meta.resolve('@swc/jest')), swc] },
};
