import { setImmediate } from 'node:timers/promises';

/** Collects garbage twice, because finalizers of the first pass release more. Needs `--expose-gc`. */
export async function collectGarbage(): Promise<void> {
  for (let pass = 0; pass < 2; pass++) {
    await setImmediate();
    gc?.();
  }
}
