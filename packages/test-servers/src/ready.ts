import { chromiumPath } from './chromium.ts';
import { canInstall, install } from './debian.ts';
import { redisServerPath } from './redis-source.ts';

/** What the tests need that npm does not install: its Debian package, and what finds it or throws. */
const NEEDED: [debianPackage: string, find: () => string][] = [
  // Clusters and sentinels need it, wherever a single server comes from.
  ['redis-server', redisServerPath],
  ['chromium', chromiumPath],
];

/** Installs what is missing, as root on Debian and Ubuntu. */
function makeReady(): void {
  const missing = NEEDED.filter(([, find]) => failure(find) !== undefined);
  if (missing.length === 0) return;
  if (!canInstall()) throw new Error(missing.map(([, find]) => failure(find)).join('\n'));
  install(...missing.map(([name]) => name));
  for (const [, find] of missing) console.log(`Installed ${find()}.`);
}

/** Returns the message of the error that `attempt` throws, or undefined if it throws none. */
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
