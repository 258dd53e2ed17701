// `npm start`: installs and builds only if something has changed since the last start, then runs the example in this
// process. Starting pnpm and turbo each time would take several times the CPU of the example itself.

import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const MAIN = join(ROOT, 'apps/example/dist/main.js');
/** Holds the fingerprint of the last build. Deleting `node_modules` deletes it too. */
const STAMP = join(ROOT, 'node_modules/.cache/npm-start');

if (textOf(STAMP) !== fingerprint()) {
  installAndBuild();
  mkdirSync(dirname(STAMP), { recursive: true });
  writeFileSync(STAMP, fingerprint());
}
// node:cluster starts this path as a worker.
process.argv[1] = MAIN;
await import(pathToFileURL(MAIN).href);

function installAndBuild() {
  const { packageManager } = JSON.parse(textOf(join(ROOT, 'package.json')));
  const build = 'turbo run build --filter=example --output-logs=errors-only --log-prefix=none';
  const command = `npx -y -p ${packageManager} -c "pnpm install && pnpm exec ${build}"`;
  const { status } = spawnSync(command, { cwd: ROOT, shell: true, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}

/** Returns a hash of the files that are installed and built from, and of the files that were built. */
function fingerprint() {
  const packages = readdirSync(join(ROOT, 'packages')).map((name) => `packages/${name}`);
  const paths = [
    ...['package.json', 'pnpm-lock.yaml', 'pnpm-workspace.yaml'],
    ...['tsconfig.base.json', 'tsdown.config.ts'],
    ...['apps/example', ...packages].flatMap(pathsOfPackage),
  ];
  const hash = createHash('sha256');
  for (const path of paths) hash.update(JSON.stringify([path, textOf(join(ROOT, path))]));
  return hash.digest('hex');
}

function pathsOfPackage(folder) {
  const sources = ['src', 'dist'].flatMap((name) => pathsBelow(`${folder}/${name}`));
  return [`${folder}/package.json`, `${folder}/tsconfig.json`, ...sources];
}

function pathsBelow(folder) {
  if (!existsSync(join(ROOT, folder))) return [];
  const names = readdirSync(join(ROOT, folder), { recursive: true }).sort();
  return names.map((name) => `${folder}/${name}`);
}

/** Returns the text of a file, or undefined if there is none. */
function textOf(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
