import { type ChildProcess, fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { setImmediate } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Store } from 'express-session';
import { sessionOf } from '../payload.ts';
import { create, has, read } from '../requests.ts';
import type { Progress } from '../workloads.ts';
import { openCached, openUncached } from './readers.ts';

/** What a reader answered when another process had told that a session was ended. */
export interface SignOutResult {
  isCached: boolean;
  /** How many other reads were under way all the time. */
  busy: number;
  /** How often the session was still answered. */
  stale: number;
  /** How long after the end it was so at most. */
  longestMs: number;
}

const BYTES = 200;
const BUSY = 64;
const ENTRIES = 1000;
/** Where the bundle has it. */
const SIGNER_OUT = fileURLToPath(new URL('./caching/signer-out.js', import.meta.url));

/** Signs out in another process, again and again, and looks at once whether the session is still there. */
export async function measureSignOuts(
  url: string,
  tries: number,
  progress: Progress,
): Promise<SignOutResult[]> {
  const prefix = `bench-${randomUUID()}:`;
  const uncached = await openUncached(url, prefix);
  const cached = await openCached(url, prefix, ENTRIES);
  const signerOut = fork(SIGNER_OUT, [url, prefix]);
  await once(signerOut, 'message');
  const results: SignOutResult[] = [];
  for (const { store, isCached } of [uncached, cached]) {
    for (const busy of [0, BUSY]) {
      progress(`sign-outs: ${isCached ? 'a' : 'no'} cache, ${busy} other reads at once`);
      const ages = await whileBusy(store, busy, () => agesOf(store, signerOut, tries));
      const stale = ages.filter((ms) => ms > 0);
      const longestMs = Math.max(0, ...stale);
      results.push({ isCached, busy, stale: stale.length, longestMs });
    }
  }
  signerOut.disconnect();
  await uncached.store.clear();
  await Promise.all([uncached.close(), cached.close()]);
  return results;
}

/** For how many milliseconds each session was answered after its end. */
async function agesOf(store: Store, signerOut: ChildProcess, tries: number): Promise<number[]> {
  const ages: number[] = [];
  for (let number = 0; number < tries; number++) {
    const id = randomUUID();
    await create(store, id, sessionOf(BYTES));
    await read(store, id);
    signerOut.send(id);
    await once(signerOut, 'message');
    const end = performance.now();
    let age = 0;
    while (await has(store, id)) {
      age = performance.now() - end;
      // Reads that a cache answers would else leave no time for what Redis has to tell.
      await setImmediate();
    }
    ages.push(age);
  }
  return ages;
}

/** Does the work while other sessions are read, this many at once. */
async function whileBusy<Answer>(
  store: Store,
  busy: number,
  work: () => Promise<Answer>,
): Promise<Answer> {
  const ids = Array.from({ length: busy }, () => randomUUID());
  await Promise.all(ids.map((id) => create(store, id, sessionOf(BYTES))));
  let isOver = false;
  const reading = ids.map(async (id) => {
    while (!isOver) {
      await read(store, id);
      await setImmediate();
    }
  });
  const answer = await work();
  isOver = true;
  await Promise.all(reading);
  return answer;
}
