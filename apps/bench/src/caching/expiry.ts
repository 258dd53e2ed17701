import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { sessionOf } from '../payload.ts';
import type { Raw } from '../raw.ts';
import { create, has } from '../requests.ts';
import { fill } from '../scale/keys.ts';
import { openCached, openUncached, type Reader } from './readers.ts';

/** What a reader answered of a session that had expired. */
export interface ExpiryResult {
  isCached: boolean;
  /** How long after the expiry it was still answered. */
  ms: number;
  /** Whether it still was when nobody waited any longer. */
  isStill: boolean;
}

const BYTES = 200;
const ENTRIES = 1000;
const LIFE_SECONDS = 1;
const PAUSE_MS = 10;

/** Lets a session expire among many that do not. */
export async function measureExpiry(
  url: string,
  raw: Raw,
  sessions: number,
  patienceMs: number,
): Promise<ExpiryResult[]> {
  const prefix = `bench-${randomUUID()}:`;
  await fill(raw, prefix, sessions, JSON.stringify(sessionOf(BYTES)));
  const uncached = await openUncached(url, prefix);
  const cached = await openCached(url, prefix, ENTRIES);
  const ages = [uncached, cached].map((reader) => ageOf(reader, patienceMs));
  const results = await Promise.all(ages);
  await uncached.store.clear();
  await Promise.all([uncached.close(), cached.close()]);
  return results;
}

async function ageOf({ store, isCached }: Reader, patienceMs: number): Promise<ExpiryResult> {
  const id = randomUUID();
  const session = sessionOf(BYTES);
  session.cookie.maxAge = LIFE_SECONDS * 1000;
  await create(store, id, session);
  const end = performance.now() + LIFE_SECONDS * 1000;
  let now = end;
  while ((await has(store, id)) && now < end + patienceMs) {
    await setTimeout(PAUSE_MS);
    now = performance.now();
  }
  const ms = Math.min(patienceMs, Math.max(0, now - end));
  return { isCached, ms, isStill: ms === patienceMs };
}
