import { inPrimary } from '../start/in-primary.ts';

/** How long Redis stays frozen. */
export const FREEZE_MS = 5000;

let isFrozen = false;

/**
 * Suspends a Redis server for a few seconds. Its clients see what they see when its machine hangs: their connections stay open,
 * and no reply arrives. Returns false if it is already frozen.
 * @param pid the process of a Redis server that this app started.
 */
export const freeze: (pid: number) => Promise<boolean> = inPrimary('freeze', (pid: number) => {
  if (isFrozen || !sendSignal(pid, 'SIGSTOP')) return false;
  isFrozen = true;
  setTimeout(() => thaw(pid), FREEZE_MS).unref();
  return true;
});

function thaw(pid: number): void {
  isFrozen = false;
  sendSignal(pid, 'SIGCONT');
}

/** Returns false if the process has ended. */
function sendSignal(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
  }
}
