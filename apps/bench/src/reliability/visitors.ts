import { setInterval } from 'node:timers/promises';
import { STRANGER } from './stranger.ts';

export const VISITORS = 20;

/** How long a visitor waits at most. */
export const PATIENCE_MS = 10_000;

/** How many markers there are: more than a measurement needs, and so few that sessions do not grow for ever. */
const MARKERS = 1000;

/** A request, all times as `performance.now()` gives them. */
export interface Request {
  began: number;
  /** What it writes into the session, where it writes. */
  marker: string | undefined;
  /** Undefined while nothing has come back. */
  ended?: number;
  /** The status, and what is to be said besides. */
  answer?: string;
}

/** The answer to a request that was as it should be. */
export const GOOD = '200';

/** People with a session each, who come in turns. */
export class Visitors {
  readonly requests: Request[] = [];
  readonly #url: string;
  readonly #cookies: string[];

  private constructor(url: string, cookies: string[]) {
    this.#url = url;
    this.#cookies = cookies;
  }

  static async begin(url: string): Promise<Visitors> {
    const begun = Array.from({ length: VISITORS }, () => fetch(`${url}/begin`, { method: 'POST' }));
    const cookies = (await Promise.all(begun)).map(cookieOf);
    return new Visitors(
      url,
      cookies.map((cookie) => cookie ?? ''),
    );
  }

  /** Sends a request now and then until the signal, each second one to write, whatever comes of those before. */
  async visit(everyMs: number, end: AbortSignal): Promise<void> {
    try {
      for await (const _ of setInterval(everyMs, undefined, { signal: end })) this.#send(end);
    } catch (error) {
      if (!end.aborted) throw error;
    }
  }

  async #send(end: AbortSignal): Promise<void> {
    const count = this.requests.length;
    const visitor = count % VISITORS;
    // Each visitor writes one time and reads the next.
    const isWrite = (count + Math.floor(count / VISITORS)) % 2 === 0;
    const request: Request = {
      began: performance.now(),
      marker: isWrite ? `marker${count % MARKERS}` : undefined,
    };
    this.requests.push(request);
    const answer = await this.#fetch(visitor, request.marker).catch(() => 'none');
    // What comes after the end is not looked at.
    if (end.aborted) return;
    request.answer = answer;
    request.ended = performance.now();
  }

  async #fetch(visitor: number, marker: string | undefined): Promise<string> {
    const response = await fetch(`${this.#url}/${marker ? `write/${marker}` : 'read'}`, {
      method: marker ? 'POST' : 'GET',
      headers: { cookie: this.#cookies[visitor] ?? '' },
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    this.#cookies[visitor] = cookieOf(response) ?? this.#cookies[visitor] ?? '';
    const isStranger = (await response.text()) === STRANGER;
    return `${response.status}${isStranger ? ' without a session' : ''}`;
  }
}

function cookieOf(response: Response): string | undefined {
  return response.headers.getSetCookie()[0]?.split(';')[0];
}
