import type { ContenderName, RaceEvent } from './events.ts';
import { peakConcurrency, type Span } from './peak-concurrency.ts';

/** The number of requests that write at the same time. */
export const WRITES = 50;

const TIMEOUT_MS = 5000;

/**
 * Runs the race of one contender: it starts a session, sends 50 requests at once that each write one field, count, and add a
 * product, and then reads what is left. The server sends the requests, because a browser sends at most six at once to one host.
 * @param url the URL of the contender's routes.
 */
export async function runRace(
  contender: ContenderName,
  url: string,
  emit: (event: RaceEvent) => void,
): Promise<void> {
  try {
    const cookie = cookieOf(await request(`${url}/begin`, { method: 'POST' }));
    try {
      const spans = await writeAll(url, cookie, (field) =>
        emit({ type: 'answered', contender, field }),
      );
      const { survivors, count, products } = await resultOf(url, cookie);
      for (const field of survivors) emit({ type: 'survived', contender, field });
      const kept = { survived: survivors.length, count, products };
      emit({ type: 'end', contender, ...kept, atOnce: peakConcurrency(spans) });
    } finally {
      await request(`${url}/end`, { method: 'POST', headers: { cookie } });
    }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    emit({ type: 'failed', contender, reason });
  }
}

async function writeAll(
  url: string,
  cookie: string,
  onAnswer: (field: number) => void,
): Promise<Span[]> {
  const fields = Array.from({ length: WRITES }, (_, field) => field);
  const writes = fields.map(async (field) => {
    const init = { method: 'POST', headers: { cookie } };
    const answer = await (await request(`${url}/write/field${field}`, init)).json();
    onAnswer(field);
    return { began: (answer as Pick<Span, 'began'>).began, ended: Date.now() };
  });
  // After one failure, the others would still save the session that is about to be deleted.
  await Promise.allSettled(writes);
  return Promise.all(writes);
}

interface Result {
  survivors: number[];
  count: number;
  products: number;
}

async function resultOf(url: string, cookie: string): Promise<Result> {
  const response = await request(`${url}/result`, { headers: { cookie } });
  const { fields, count, products } = (await response.json()) as Omit<Result, 'survivors'> & {
    fields: string[];
  };
  return { survivors: fields.map((name) => Number(name.replace('field', ''))), count, products };
}

async function request(url: string, init: RequestInit): Promise<Response> {
  const response = await fetch(url, { ...init, signal: AbortSignal.timeout(TIMEOUT_MS) });
  if (response.ok) return response;
  await response.body?.cancel();
  throw new Error(`A request failed with status ${response.status}.`);
}

function cookieOf({ headers }: Response): string {
  return headers
    .getSetCookie()
    .map((cookie) => cookie.split(';')[0])
    .join('; ');
}
