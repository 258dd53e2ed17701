import type { ServerResponse } from 'node:http';
import type { Session } from 'express-session';
import { automatically, wasDropped, watchSaves } from '../util/session-saves.ts';
import { HeldResponse } from './held-response.ts';
import type { SessionEnd } from './session-end.ts';

/** What {@link FinalSave} uses of a request. */
interface SessionRequest {
  session?: Session;
  sessionID?: string | undefined;
}

type Next = (error?: unknown) => void;

/** Saves the session of one request at its end, while the response is held. */
export class FinalSave {
  readonly #request: SessionRequest;
  readonly #response: ServerResponse;
  readonly #sessionEnd: SessionEnd;
  readonly #next: Next;
  readonly #held: HeldResponse;
  /** What kept the session from being stored. */
  #error: unknown;
  /** The fields of the session that were saved. */
  #savedFields: string | undefined;

  constructor(
    request: SessionRequest,
    response: ServerResponse,
    sessionEnd: SessionEnd,
    next: Next,
  ) {
    this.#request = request;
    this.#response = response;
    this.#sessionEnd = sessionEnd;
    this.#next = next;
    watchSaves(request);
    const { writeHead } = response;
    Reflect.set(response, 'end', (...args: unknown[]) => this.#end(args));
    Reflect.set(response, 'writeHead', (...args: unknown[]) =>
      this.#writeHead(() => Reflect.apply(writeHead, response, args)),
    );
    this.#held = new HeldResponse(response, {
      start: (done) => {
        this.#savedFields = fieldsOf(request.session);
        sessionEnd.save((error) => done(error && this.#isErrorPage(error) ? undefined : error));
      },
      fail: (error) => {
        this.#error = error;
        next(error);
      },
    });
  }

  /** Ends the response, after all middleware that has replaced `end`. */
  #end(args: unknown[]): unknown {
    const hasFailed = this.#error !== undefined;
    if (!hasFailed && !this.#sessionEnd.isUsed) return this.#sessionEnd.endAsExpressSession(args);
    if (!hasFailed && this.#hasChanged()) this.#saveAgain(args);
    else this.#sessionEnd.end(args);
    return this.#response;
  }

  /** Returns whether the session has changed after it was saved: while the response was held, or while a stream was sent. */
  #hasChanged(): boolean {
    const { session, sessionID } = this.#request;
    // express-session does not save a session without an id.
    if (!session || typeof sessionID !== 'string') return false;
    return fieldsOf(session) !== this.#savedFields;
  }

  /**
   * Returns whether the response goes out although the session was not stored: an error page promises nothing, and the error
   * handler that has sent it would not be called again.
   */
  #isErrorPage(error: unknown): boolean {
    if (this.#response.statusCode < 500) return false;
    this.#error = error;
    return true;
  }

  #saveAgain(args: unknown[]): void {
    const done = (error: unknown) => {
      if (error && this.#response.headersSent) this.#next(error);
      else if (error && !this.#isErrorPage(error)) return this.#held.fail(error);
      this.#sessionEnd.end(args);
    };
    automatically(() => this.#request.session?.save(done));
  }

  /** Sets no cookie of a session that is not stored. express-session sets none if the request has no session id. */
  #writeHead(proceed: () => unknown): unknown {
    const { session, sessionID } = this.#request;
    if (this.#error === undefined && !(session && wasDropped(session))) return proceed();
    this.#request.sessionID = undefined;
    try {
      return proceed();
    } finally {
      this.#request.sessionID = sessionID;
    }
  }
}

/** Returns the fields that express-session compares to find changes. */
function fieldsOf(session: Session | undefined): string {
  return JSON.stringify({ ...session, cookie: undefined });
}
