import type { Contestant } from './part.ts';

export const CPU_TIME = 'CPU time, ns';

/** How many steps of {@link atOnce} wait at the same time. */
export const AT_ONCE = 64;

/** How many steps a batch takes. */
const STEPS = 1024;

const SAMPLES = 20;

type Batch = () => void | Promise<void>;

/** Keeps the compiler from dropping a step whose result has no use. */
export let lastResult: unknown;

/** Measures the CPU time of one step, after a warm-up. All threads count, and so does garbage collection. */
export function cpuTime(prepare: () => Batch): Contestant {
  return async ({ seconds }) => {
    const batch = prepare();
    await repeat(batch, seconds);
    return {
      count: SAMPLES,
      take: async () => ({ [CPU_TIME]: await repeat(batch, seconds / SAMPLES) }),
    };
  };
}

/** Takes steps one after the other. */
export function inTurn(step: () => unknown): Batch {
  return () => {
    for (let done = 0; done < STEPS; done++) lastResult = step();
  };
}

/** Takes {@link AT_ONCE} steps, waits for all of them, and takes the next. */
export function atOnce(step: () => Promise<unknown>): Batch {
  return async () => {
    for (let done = 0; done < STEPS; done += AT_ONCE) {
      lastResult = await Promise.all(Array.from({ length: AT_ONCE }, step));
    }
  };
}

/** Returns the nanoseconds of CPU time since then. */
export function nanosecondsSince(start: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(start);
  return (user + system) * 1000;
}

async function repeat(batch: Batch, seconds: number): Promise<number> {
  const start = process.cpuUsage();
  for (let done = STEPS; ; done += STEPS) {
    await batch();
    const nanoseconds = nanosecondsSince(start);
    if (nanoseconds >= seconds * 1e9) return nanoseconds / done;
  }
}
