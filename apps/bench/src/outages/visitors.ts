import { setTimeout as pause, setInterval } from 'node:timers/promises';
import { NO_SESSION } from './no-session.ts';

export const VISITORS = 20;

/** How long a visitor waits for an answer. */
export const VISITOR_PATIENCE_MS = 10_000;

/** How many markers there are: more than a measurement uses, but few enough that sessions stop growing. */
const MARKERS = 1000;

/** A request. All times come from `performance.now()`. */
export interface Request {
  began: number;
  /** What the request writes into the session, if it writes. */
  marker: string | undefined;
  /** Undefined before the answer. */
  ended?: number;
  /** The status, or a few words. Undefined before the answer. */
  answer?: string;
}

/** The answer to a request that went well. */
export const GOOD = '200';

/** People with a session each, who take turns. */
export class Visitors {
  readonly requests: Request[] = [];
  readonly #url: string;
  readonly #cookies: string[];

  private constructor(url: string, cookies: string[]) {
    this.#url = url;
    this.#cookies = cookies;
  }

  /** Begins a session for each visitor. */
  static async begin(url: string): Promise<Visitors> {
    const begun = Array.from({ length: VISITORS }, () => fetch(`${url}/begin`, { method: 'POST' }));
    const cookies = (await Promise.all(begun)).map((response) => cookieOf(response) ?? '');
    return new Visitors(url, cookies);
  }

  /** Sends requests until the signal. Every second request writes. Does not wait for earlier requests. */
  async visit(everyMs: number, end: AbortSignal): Promise<void> {
    try {
      for await (const _ of setInterval(everyMs, undefined, { signal: end })) this.#send(end);
    } catch (error) {
      if (!end.aborted) throw error;
    }
  }

  /** Returns when a write that began after the call has gone well, or when the time is over. */
  async goodWrite(limitMs: number): Promise<void> {
    const from = this.requests.length;
    const end = performance.now() + limitMs;
    const isGood = ({ marker, answer }: Request) => marker !== undefined && answer === GOOD;
    while (!this.requests.slice(from).some(isGood) && performance.now() < end) await pause(20);
  }

  async #send(end: AbortSignal): Promise<void> {
    const count = this.requests.length;
    const visitor = count % VISITORS;
    // Shifts by one in each turn, so that each visitor reads and writes alternately.
    const isWrite = (count + Math.floor(count / VISITORS)) % 2 === 0;
    const request: Request = {
      began: performance.now(),
      marker: isWrite ? `marker${count % MARKERS}` : undefined,
    };
    this.requests.push(request);
    const answer = await this.#fetch(visitor, request.marker).catch(() => 'none');
    if (end.aborted) return;
    request.answer = answer;
    request.ended = performance.now();
  }

  async #fetch(visitor: number, marker: string | undefined): Promise<string> {
    const response = await fetch(`${this.#url}/${marker ? `write/${marker}` : 'read'}`, {
      method: marker ? 'POST' : 'GET',
      headers: { cookie: this.#cookies[visitor] ?? '' },
      signal: AbortSignal.timeout(VISITOR_PATIENCE_MS),
    });
    this.#cookies[visitor] = cookieOf(response) ?? this.#cookies[visitor] ?? '';
    const hasSession = (await response.text()) !== NO_SESSION;
    return `${response.status}${hasSession ? '' : ' without a session'}`;
  }
}

function cookieOf(response: Response): string | undefined {
  return response.headers.getSetCookie()[0]?.split(';')[0];
}
