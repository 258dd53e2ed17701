import { setTimeout } from 'node:timers/promises';

const PATIENCE_MS = 20_000;

/** Answers once a condition holds; fails where it does not come to hold. */
export async function until(condition: () => boolean): Promise<void> {
  const end = Date.now() + PATIENCE_MS;
  while (!condition()) {
    if (Date.now() > end) throw new Error(`This does not come to hold: ${condition}`);
    await setTimeout(20);
  }
}
