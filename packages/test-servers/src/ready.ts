import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { redisServerPath } from './way.ts';

/**
 * Clusters and sentinels need a redis-server whatever the way to a single Redis, so `npm test` installs Debian's where
 * there is none and it is free to do so.
 */
function makeReady(): void {
  try {
    redisServerPath();
  } catch (error) {
    if (!existsSync('/usr/bin/apt-get') || process.getuid?.() !== 0) throw error;
    console.log('There is no redis-server for the tests here: installing it with apt-get.');
    aptGet('update');
    aptGet('install', '--yes', '--no-install-recommends', 'redis-server');
    console.log(`Installed ${redisServerPath()}.`);
  }
}

function aptGet(...args: string[]): void {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  execFileSync('apt-get', ['-qq', ...args], { stdio: ['ignore', 'ignore', 'inherit'], env });
}

try {
  makeReady();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
