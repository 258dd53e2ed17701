import { runScript } from '../../processes/run-script.ts';
import type { HoldfastOptions } from '../../stores/compared-stores.ts';

export interface MemoryEffort {
  /** After how many saved sessions the memory is measured, in ascending order. */
  saved: readonly number[];
}

/** By how many bytes the memory of a process has grown since before it opened a store. */
export interface TouchMemory {
  sessions: number;
  /** With a store that remembers the touches of the sessions that it saved, */
  remembering: number;
  /** and with one that remembers none. */
  forgetting: number;
}

/** How many touches Holdfast remembers at most. */
export const REMEMBERED = 50_000;

const SCRIPT = new URL('./touch-memory-script.js', import.meta.url);

/** Measures the memory of remembered touches, in a process that only saves sessions. */
export async function measureTouchMemory(
  url: string,
  saved: readonly number[],
): Promise<TouchMemory[]> {
  const [remembering, forgetting] = await Promise.all([
    growthOf(url, {}, saved),
    growthOf(url, { touchAfter: 0 }, saved),
  ]);
  return saved.map((sessions, index) => ({
    sessions,
    remembering: remembering[index] ?? Number.NaN,
    forgetting: forgetting[index] ?? Number.NaN,
  }));
}

/** Includes the memory of the store itself and of its client. */
export function bytesPerTouch({ sessions, remembering }: TouchMemory): number {
  return remembering / Math.min(sessions, REMEMBERED);
}

function growthOf(
  url: string,
  options: HoldfastOptions,
  saved: readonly number[],
): Promise<number[]> {
  return runScript(SCRIPT, [url, JSON.stringify(options), ...saved.map(String)]);
}
