import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chooseWay, describeWay } from './way.ts';

/** Installs Debian's redis-server where `npm test` finds no other way to a Redis and is free to do so. */
async function makeReady(): Promise<void> {
  const error = await chooseWay().then(
    () => undefined,
    (reason: Error) => reason,
  );
  if (error === undefined) return;
  if (!existsSync('/usr/bin/apt-get') || process.getuid?.() !== 0) throw error;
  console.log('There is no Redis for the tests here: installing redis-server with apt-get.');
  aptGet('update');
  aptGet('install', '--yes', '--no-install-recommends', 'redis-server');
  console.log(describeWay(await chooseWay()));
}

function aptGet(...args: string[]): void {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  execFileSync('apt-get', ['-qq', ...args], { stdio: ['ignore', 'ignore', 'inherit'], env });
}

makeReady().catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
