import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chromiumPath } from './chromium.ts';
import { redisServerPath } from './way.ts';

/** What the tests need besides what npm installs: how Debian calls it, and what finds it, or throws where it is missing. */
const NEEDED: [debianPackage: string, find: () => string][] = [
  // For clusters and sentinels, whatever the way to a single Redis.
  ['redis-server', redisServerPath],
  ['chromium', chromiumPath],
];

/** `npm test` installs what is missing from Debian, where it is free to do so. */
function makeReady(): void {
  const missing = NEEDED.filter(([, find]) => failure(find) !== undefined);
  if (missing.length === 0) return;
  const names = missing.map(([name]) => name);
  if (!existsSync('/usr/bin/apt-get') || process.getuid?.() !== 0) {
    throw new Error(missing.map(([, find]) => failure(find)).join('\n'));
  }
  console.log(`The tests need what is not here: installing ${names.join(' and ')} with apt-get.`);
  aptGet('update');
  aptGet('install', '--yes', '--no-install-recommends', ...names);
  for (const [, find] of missing) console.log(`Installed ${find()}.`);
}

/** What an attempt fails with; undefined where it does not. */
function failure(attempt: () => unknown): string | undefined {
  try {
    attempt();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function aptGet(...args: string[]): void {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  execFileSync('apt-get', ['-qq', ...args], { stdio: ['ignore', 'ignore', 'inherit'], env });
}

const problem = failure(makeReady);
if (problem !== undefined) {
  console.error(problem);
  process.exitCode = 1;
}
