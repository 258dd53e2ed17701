import { chmod, copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { type Program, startProgram } from '@holdfast/test-servers';
import { afterEach, beforeEach, expect, test } from '@jest/globals';

/** Stands in for npx, so that a test takes no minutes: it logs its arguments, and writes the app of the test. */
const NPX = `#!/usr/bin/env node
const { appendFileSync, mkdirSync, writeFileSync } = require('node:fs');
appendFileSync('npx.log', process.argv.slice(2).join(' ') + '\\n');
if (process.env.NPX_FAILS) process.exit(7);
mkdirSync('node_modules', { recursive: true });
mkdirSync('apps/example/dist', { recursive: true });
writeFileSync('apps/example/dist/main.js', process.env.MAIN);
`;

const PRINTS_ARGUMENTS =
  "console.log('runs', process.argv[1].endsWith('main.js'), ...process.argv.slice(2));";

const FILES: Record<string, string> = {
  'package.json': '{ "packageManager": "pnpm@1.2.3" }',
  'pnpm-lock.yaml': 'lockfileVersion: 1',
  'apps/example/package.json': '{ "type": "module" }',
  'apps/example/src/main.ts': 'the source',
  'packages/core/src/index.ts': 'the source of core',
  'bin/npx': NPX,
};

let clone: string;
beforeEach(async () => {
  clone = await mkdtemp(join(tmpdir(), 'holdfast-start-'));
  for (const [path, text] of Object.entries(FILES)) await write(path, text);
  await chmod(join(clone, 'bin/npx'), 0o755);
  await mkdir(join(clone, 'scripts'));
  await copyFile(join(__dirname, '../../../scripts/start.mjs'), join(clone, 'scripts/start.mjs'));
});
afterEach(() => rm(clone, { recursive: true }));

async function write(path: string, text: string): Promise<void> {
  await mkdir(dirname(join(clone, path)), { recursive: true });
  await writeFile(join(clone, path), text);
}

function run(args: string[] = [], env: Record<string, string> = {}): Program {
  const PATH = [join(clone, 'bin'), process.env.PATH].join(delimiter);
  return startProgram(process.execPath, [join(clone, 'scripts/start.mjs'), ...args], {
    cwd: tmpdir(),
    env: { MAIN: PRINTS_ARGUMENTS, ...env, PATH },
  });
}

/** Runs the script to its end, and returns what it printed. */
async function output(...args: string[]): Promise<string> {
  const program = run(args);
  expect(await program.ended).toBe(0);
  return program.output();
}

/** Returns the calls of npx so far. */
async function calls(): Promise<string[]> {
  return (await readFile(join(clone, 'npx.log'), 'utf8')).trimEnd().split('\n');
}

test('the first start installs and builds with the pinned pnpm, and the second one does neither', async () => {
  expect(await output('--redis', '--port', '0')).toBe('runs true --redis --port 0\n');
  expect(await calls()).toEqual([
    expect.stringMatching(
      /^-y -p pnpm@1\.2\.3 -c pnpm install && pnpm exec turbo run build --filter=example/,
    ),
  ]);
  expect(await output('again')).toBe('runs true again\n');
  expect(await calls()).toHaveLength(1);
});

test.each([
  ['a source of the example', 'apps/example/src/main.ts'],
  ['a new source', 'apps/example/src/race/new.ts'],
  ['a source of a package', 'packages/core/src/index.ts'],
  ['what was built', 'apps/example/dist/main.js'],
  ['the lockfile', 'pnpm-lock.yaml'],
])('a change of %s makes the next start install and build', async (_, path) => {
  await output();
  await write(path, 'changed');
  expect(await output()).toBe('runs true\n');
  expect(await calls()).toHaveLength(2);
  await output();
  expect(await calls()).toHaveLength(2);
});

test('without node_modules, it installs', async () => {
  await output();
  await rm(join(clone, 'node_modules'), { recursive: true });
  await output();
  expect(await calls()).toHaveLength(2);
});

test('a build that fails ends it with the same exit code, and the next start builds again', async () => {
  const failing = run([], { NPX_FAILS: '1' });
  expect(await failing.ended).toBe(7);
  expect(failing.output()).toBe('');
  expect(await output()).toBe('runs true\n');
  expect(await calls()).toHaveLength(2);
});

test('it ends with the exit code of the app, which gets its signals', async () => {
  const MAIN =
    "process.on('SIGTERM', () => process.exit(3)); console.log('up'); setInterval(() => {}, 1e6);";
  const app = run([], { MAIN });
  await app.printed('up');
  app.signal('SIGTERM');
  expect(await app.ended).toBe(3);
});
