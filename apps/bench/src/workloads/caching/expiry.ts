import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { fill } from '../../redis/fill.ts';
import type { Raw } from '../../redis/servers.ts';
import { create, has } from '../../stores/requests.ts';
import { sessionOf } from '../../stores/session-data.ts';
import { newPrefix, openCached, openUncached, type Subject } from './subjects.ts';

/** For how long a store returns a session after its expiry. */
export interface ExpiryResult {
  isCached: boolean;
  /** Milliseconds; undefined if the store still returns it when the patience ends. */
  ms: number | undefined;
}

const BYTES = 200;
const ENTRIES = 1000;
const LIFE_MS = 1000;
const PAUSE_MS = 10;

/** Lets a session expire among many that do not. */
export async function measureExpiry(
  url: string,
  raw: Raw,
  sessions: number,
  patienceMs: number,
): Promise<ExpiryResult[]> {
  const prefix = newPrefix();
  await fill(raw, prefix, sessions, JSON.stringify(sessionOf(BYTES)));
  const uncached = await openUncached(url, prefix);
  const cached = await openCached(url, prefix, ENTRIES);
  const results = await Promise.all(
    [uncached, cached].map(async (subject) => ({
      isCached: subject.isCached,
      ms: await servedAfterExpiry(subject, patienceMs),
    })),
  );
  await uncached.store.clear();
  await Promise.all([uncached.close(), cached.close()]);
  return results;
}

async function servedAfterExpiry(
  { store }: Subject,
  patienceMs: number,
): Promise<number | undefined> {
  const id = randomUUID();
  const session = sessionOf(BYTES);
  session.cookie.maxAge = LIFE_MS;
  await create(store, id, session);
  const end = performance.now() + LIFE_MS;
  for (;;) {
    const asked = performance.now();
    if (!(await has(store, id))) return Math.max(0, asked - end);
    if (asked >= end + patienceMs) return undefined;
    await pause(PAUSE_MS);
  }
}
