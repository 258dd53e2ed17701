/** One operation. Returns undefined when nothing is left to do. */
export type Step = () => Promise<unknown> | undefined;

/**
 * Repeats all steps at the same time until the time is over. Each step runs at least once, so that a busy machine cannot
 * leave a round without a result.
 * @returns how many operations ended, and how long they took.
 */
export async function repeatFor(
  seconds: number,
  steps: readonly Step[],
): Promise<{ done: number; seconds: number }> {
  const start = performance.now();
  const end = start + seconds * 1000;
  const counts = await Promise.all(steps.map((step) => repeatUntil(end, step)));
  const done = counts.reduce((sum, count) => sum + count, 0);
  return { done, seconds: (performance.now() - start) / 1000 };
}

async function repeatUntil(end: number, step: Step): Promise<number> {
  let done = 0;
  do {
    const operation = step();
    if (operation === undefined) break;
    await operation;
    done += 1;
  } while (performance.now() < end);
  return done;
}
