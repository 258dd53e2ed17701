import { type ChildProcess, fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { setImmediate } from 'node:timers/promises';
import type { Store } from 'express-session';
import { AT_ONCE } from '../../stores/measure-operations.ts';
import { create, has, read } from '../../stores/requests.ts';
import { sessionOf } from '../../stores/session-data.ts';
import type { Progress } from '../workload.ts';
import { newPrefix, openCached, openUncached } from './subjects.ts';

/** How often a store returned a session that another process had destroyed. */
export interface SignOutResult {
  isCached: boolean;
  /** How many other reads ran all the time. */
  busy: number;
  /** How often the store still returned the session. */
  stale: number;
  /** For how long it did so at most. */
  longestMs: number;
}

const BYTES = 200;
const ENTRIES = 1000;
const SCRIPT = new URL('./sign-out-script.js', import.meta.url);

/** Signs out in another process, again and again, and looks at once whether the session still exists. */
export async function measureSignOuts(
  url: string,
  tries: number,
  progress: Progress,
): Promise<SignOutResult[]> {
  const prefix = newPrefix();
  const uncached = await openUncached(url, prefix);
  const cached = await openCached(url, prefix, ENTRIES);
  const script = fork(SCRIPT, [url, prefix]);
  await once(script, 'message');
  const results: SignOutResult[] = [];
  for (const { store, isCached } of [uncached, cached]) {
    for (const busy of [0, AT_ONCE]) {
      progress(`sign-outs: ${isCached ? 'a' : 'no'} cache, ${busy} other reads at once`);
      const ages = await whileBusy(store, busy, () => agesOf(store, script, tries));
      const stale = ages.filter((ms) => ms > 0);
      const longestMs = Math.max(0, ...stale);
      results.push({ isCached, busy, stale: stale.length, longestMs });
    }
  }
  script.disconnect();
  await uncached.store.clear();
  await Promise.all([uncached.close(), cached.close()]);
  return results;
}

/** Returns for how many milliseconds the store returned each session after its end. */
async function agesOf(store: Store, script: ChildProcess, tries: number): Promise<number[]> {
  const ages: number[] = [];
  for (let number = 0; number < tries; number++) {
    const id = randomUUID();
    await create(store, id, sessionOf(BYTES));
    await read(store, id);
    script.send(id);
    await once(script, 'message');
    const end = performance.now();
    let age = 0;
    while (await has(store, id)) {
      age = performance.now() - end;
      // Reads from the cache alone would leave the client no time for notices from Redis.
      await setImmediate();
    }
    ages.push(age);
  }
  return ages;
}

/** Does the work while this many reads of other sessions run at the same time. */
async function whileBusy<Result>(
  store: Store,
  busy: number,
  work: () => Promise<Result>,
): Promise<Result> {
  const ids = Array.from({ length: busy }, () => randomUUID());
  await Promise.all(ids.map((id) => create(store, id, sessionOf(BYTES))));
  let isOver = false;
  const reading = ids.map(async (id) => {
    while (!isOver) {
      await read(store, id);
      await setImmediate();
    }
  });
  const result = await work();
  isOver = true;
  await Promise.all(reading);
  return result;
}
