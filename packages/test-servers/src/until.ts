const PATIENCE_MS = 20_000;
const PAUSE_MS = 10;

/**
 * Asks again and again until the answer is true.
 * @param what says what is waited for, should it never come.
 */
export async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  const end = Date.now() + PATIENCE_MS;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`After ${PATIENCE_MS} ms, still not: ${what}.`);
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}
