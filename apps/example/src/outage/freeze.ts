import { inPrimary } from '../in-primary.ts';

/** For how long Redis answers nobody. */
export const FREEZE_MS = 5000;

/** As {@link freezer}, of which there is one for all workers, in the process that outlives them. */
export function freezeInPrimary(pid: number): () => Promise<boolean> {
  return inPrimary('freeze', freezer(pid));
}

/**
 * Makes a function that stops a Redis in the middle, for a few seconds, and answers whether it did: not while it is
 * stopped already. To those who ask, such a Redis looks like one whose machine hangs: connections stay, no answer comes.
 * @param pid the process of a Redis that this app has started.
 */
function freezer(pid: number): () => boolean {
  let frozen = false;

  function thaw(): void {
    if (frozen) signal(pid, 'SIGCONT');
    frozen = false;
  }

  // A stopped process would not hear that it is to end.
  process.on('SIGTERM', thaw).on('SIGINT', thaw).on('exit', thaw);
  return () => {
    if (frozen || !signal(pid, 'SIGSTOP')) return false;
    frozen = true;
    setTimeout(thaw, FREEZE_MS).unref();
    return true;
  };
}

/** Answers whether there is still such a process. */
function signal(pid: number, name: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, name);
  } catch {
    return false;
  }
}
