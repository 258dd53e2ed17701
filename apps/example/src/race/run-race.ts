import type { RaceEvent, SideName } from './events.ts';
import { mostAtOnce, type Span } from './most-at-once.ts';

/** How many requests write at the same time, each a field of its own. */
export const WRITES = 50;

/** For how long a request of the race is waited for, whatever its side waits for. */
const LIMIT_MS = 5000;

/**
 * Races on one side: a session of its own, 50 requests at once that each write a field of it, and a look at what is left.
 * The server sends them, as a browser sends no more than six at once to one host.
 * @param url where the routes of the side are.
 */
export async function runRace(
  side: SideName,
  url: string,
  tell: (event: RaceEvent) => void,
): Promise<void> {
  try {
    const cookie = cookieOf(await ask(`${url}/begin`, { method: 'POST' }));
    try {
      const spans = await writeAll(url, cookie, (field) => tell({ type: 'answered', side, field }));
      const survivors = await fieldsLeft(url, cookie);
      for (const field of survivors) tell({ type: 'survived', side, field });
      tell({ type: 'end', side, survived: survivors.length, atOnce: mostAtOnce(spans) });
    } finally {
      await ask(`${url}/end`, { method: 'POST', headers: { cookie } });
    }
  } catch (error) {
    tell({ type: 'failed', side, reason: error instanceof Error ? error.message : String(error) });
  }
}

async function writeAll(
  url: string,
  cookie: string,
  answered: (field: number) => void,
): Promise<Span[]> {
  const fields = Array.from({ length: WRITES }, (_, field) => field);
  const writes = fields.map(async (field) => {
    const init = { method: 'POST', headers: { cookie } };
    const answer = await (await ask(`${url}/write/field${field}`, init)).json();
    answered(field);
    return { began: (answer as Pick<Span, 'began'>).began, ended: Date.now() };
  });
  // Those that go on after one failed would store the session again that is about to be ended.
  await Promise.allSettled(writes);
  return Promise.all(writes);
}

async function fieldsLeft(url: string, cookie: string): Promise<number[]> {
  const names = await (await ask(`${url}/fields`, { headers: { cookie } })).json();
  return (names as string[]).map((name) => Number(name.replace('field', '')));
}

async function ask(url: string, init: RequestInit): Promise<Response> {
  const response = await fetch(url, { ...init, signal: AbortSignal.timeout(LIMIT_MS) });
  if (response.ok) return response;
  await response.body?.cancel();
  throw new Error(`A request was answered with ${response.status}.`);
}

function cookieOf({ headers }: Response): string {
  return headers
    .getSetCookie()
    .map((cookie) => cookie.split(';')[0])
    .join('; ');
}
