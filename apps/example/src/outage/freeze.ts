import { inPrimary } from '../start/in-primary.ts';

/** For how long Redis answers nobody. */
export const FREEZE_MS = 5000;

let frozen = false;

/**
 * Stops a Redis in the middle for a few seconds, and answers whether it did: not while it is stopped already. To those
 * who ask, such a Redis looks like one whose machine hangs: connections stay, no answer comes.
 * @param pid the process of a Redis that this app has started.
 */
export const freeze: (pid: number) => Promise<boolean> = inPrimary('freeze', (pid: number) => {
  if (frozen || !signal(pid, 'SIGSTOP')) return false;
  frozen = true;
  setTimeout(() => thaw(pid), FREEZE_MS).unref();
  return true;
});

function thaw(pid: number): void {
  frozen = false;
  signal(pid, 'SIGCONT');
}

/** Answers whether there is still such a process. */
function signal(pid: number, name: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, name);
  } catch {
    return false;
  }
}
