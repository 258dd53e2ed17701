import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { HoldfastOptions } from '../subjects.ts';

export interface MemoryEffort {
  /** After how many saved sessions the memory is measured, in ascending order. */
  saved: readonly number[];
}

/** What the memory of a process has grown by, in bytes, since before it made a store. */
export interface TouchMemory {
  sessions: number;
  /** With a store that remembers the touches of the sessions that it saved, */
  remembering: number;
  /** and one that remembers none. */
  forgetting: number;
}

/** How many touches Holdfast remembers at most. */
export const REMEMBERED = 50_000;

/** Where the bundle has it. */
const SAVER = fileURLToPath(new URL('./speed/saver.js', import.meta.url));

/** Measures what remembering touches takes of the memory of a process that does nothing but save sessions. */
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

/** Counts all to the touches that the store and its client take. */
export function bytesPerTouch({ sessions, remembering }: TouchMemory): number {
  return remembering / Math.min(sessions, REMEMBERED);
}

async function growthOf(
  url: string,
  options: HoldfastOptions,
  saved: readonly number[],
): Promise<number[]> {
  const args = ['--expose-gc', SAVER, url, JSON.stringify(options), ...saved.map(String)];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  return JSON.parse(stdout);
}
