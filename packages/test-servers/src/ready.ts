import { chromiumPath } from './chromium.ts';
import { canInstall, install } from './debian.ts';
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
  if (!canInstall()) throw new Error(missing.map(([, find]) => failure(find)).join('\n'));
  install(...missing.map(([name]) => name));
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

const problem = failure(makeReady);
if (problem !== undefined) {
  console.error(problem);
  process.exitCode = 1;
}
