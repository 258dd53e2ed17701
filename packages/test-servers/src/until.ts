import { inspect } from 'node:util';

/** Far more than a busy machine needs: a wait that ends here means a fault. */
const PATIENCE_MS = 120_000;
const PAUSE_MS = 10;

/**
 * Looks again and again until what it sees is `true`.
 * @param what the condition, for the error message.
 * @param look returns `true`, or else what the error message is to show.
 */
export async function until(what: string, look: () => unknown): Promise<void> {
  const end = performance.now() + PATIENCE_MS;
  for (;;) {
    const seen = await look();
    if (seen === true) return;
    if (performance.now() > end) {
      throw new Error(`Still not after ${PATIENCE_MS} ms: ${what}. Last seen: ${inspect(seen)}.`);
    }
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}
