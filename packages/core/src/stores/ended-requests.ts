import type { Store } from 'express-session';
import type { EndReason } from '../session/end-markers.ts';

/** A request of Express. */
type Request = Parameters<Store['regenerate']>[0];

/** Creates the new session of a request. express-session assigns it to the store. */
export type Generate = (request: Request) => void;

/**
 * Tells a request that its session was ended before it came, and keeps the empty session that it gets instead from replacing
 * the session that a sign-in has created.
 *
 * Such a request does not get the new session itself: anyone who knew the old id, which an attacker may have planted
 * before the sign-in, would be signed in (session fixation).
 */
export class EndedRequests {
  #reason: EndReason | undefined;
  readonly #unstored = new WeakSet<object>();

  /** Runs express-session's callback of a read that found an ended session. In it, express-session generates another one. */
  during(reason: EndReason | undefined, callback: () => void): void {
    this.#reason = reason;
    try {
      callback();
    } finally {
      this.#reason = undefined;
    }
  }

  /** Wraps express-session's `generate`. */
  wrap(generate: Generate): Generate {
    return (request) => {
      const reason = this.#reason;
      this.#reason = undefined;
      generate(request);
      if (reason === undefined) return;
      request.sessionEnded = reason;
      if (reason === 'regenerated') this.#withhold(request);
    };
  }

  /** Returns whether a session must not be stored, because its request was late. */
  isUnstored(session: object): boolean {
    return this.#unstored.has(session);
  }

  /**
   * express-session sets no cookie if the id is not a string, at the moment when the head of the response is written. At any other
   * moment, code of the application may need the id. `regenerate` creates another session, which gets its cookie.
   */
  #withhold(request: Request): void {
    const { session, res: response } = request;
    this.#unstored.add(session);
    if (response === undefined) return;
    const { writeHead } = response;
    const withoutCookie = (...args: unknown[]) => {
      const { sessionID } = request;
      if (request.session === session) Reflect.set(request, 'sessionID', undefined);
      try {
        return Reflect.apply(writeHead, response, args);
      } finally {
        request.sessionID = sessionID;
      }
    };
    Reflect.set(response, 'writeHead', withoutCookie);
  }
}
