import { KeyFingerprints } from '../../../../../packages/core/src/listing/key-fingerprints.ts';
import { collectGarbage } from '../../processes/collect-garbage.ts';
import { count } from '../../reporting/markdown.ts';
import { CPU_TIME, nanosecondsSince } from './cpu-time.ts';
import type { Contestant, Figures, Part } from './part.ts';
import { randomKeys } from './random-keys.ts';

/** How many keys are made at a time, before they are added. */
const BATCH = 1000;

/** Compiles the code first, so that its memory does not count. */
const WARM_UP = 20_000;

export const keyFingerprints: Part = {
  about: `Adds different keys of 37 characters. The CPU time is that of one \`add\`. The memory is what is in use after garbage
collection, and a Set's memory includes the keys that it holds. KeyFingerprints takes most memory for a key just after its
table has grown, and least just before.`,
  contestants: {
    KeyFingerprints: adding(() => new KeyFingerprints()),
    'a Set': adding(() => new Set()),
  },
};

interface KeySet {
  add(key: string): unknown;
}

function adding(create: () => KeySet): Contestant {
  return async ({ keys }) => {
    addKeys(create(), WARM_UP);
    return { count: 1, take: () => measureGrowth(create, keys) };
  };
}

async function measureGrowth(create: () => KeySet, counts: readonly number[]): Promise<Figures> {
  const before = await memoryInUse();
  const set = create();
  const memory: Figures = {};
  let nanoseconds = 0;
  let size = 0;
  for (const next of counts) {
    nanoseconds += addKeys(set, next - size);
    size = next;
    memory[`bytes a key, with ${count(size)}`] = ((await memoryInUse()) - before) / size;
  }
  // Keeps the set in use until here.
  set.add('');
  return { [CPU_TIME]: nanoseconds / size, ...memory };
}

/** @returns the CPU time that the set took, in nanoseconds. */
function addKeys(set: KeySet, howMany: number): number {
  let nanoseconds = 0;
  for (let added = 0; added < howMany; added += BATCH) {
    const keys = randomKeys(Math.min(BATCH, howMany - added));
    const start = process.cpuUsage();
    for (const key of keys) set.add(key);
    nanoseconds += nanosecondsSince(start);
  }
  return nanoseconds;
}

async function memoryInUse(): Promise<number> {
  await collectGarbage();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}
