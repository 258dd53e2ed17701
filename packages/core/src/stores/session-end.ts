import type { ServerResponse } from 'node:http';
import { automatically } from '../util/session-saves.ts';

type Method = (...args: never[]) => unknown;

/**
 * The function that express-session puts in place of `response.end`. It decides by express-session's options whether to
 * save, touch or destroy the session, sends the response, does it, and then calls the `end` that express-session found.
 * This class lets express-session find another function, so that it can be made to save without sending anything.
 */
export class SessionEnd {
  readonly #response: ServerResponse;
  readonly #end: Method;
  #sessionEnd: Method | undefined;
  /** Is called when express-session has saved. Undefined until it is made to. */
  #onSaved: (() => void) | undefined;
  #isSaving = false;
  #error: unknown;

  /** Must be called before the middleware of express-session. */
  constructor(response: ServerResponse) {
    this.#response = response;
    this.#end = response.end;
    Reflect.set(response, 'end', this.#found);
  }

  /** Whether express-session was made to save. */
  get isUsed(): boolean {
    return this.#onSaved !== undefined;
  }

  /**
   * Undoes the replacement of `response.end`, after express-session has read the session.
   * @returns whether there was one: express-session ignores some requests, such as those for other paths.
   */
  take(): boolean {
    const { end } = this.#response;
    Reflect.set(this.#response, 'end', this.#end);
    if (end === this.#found) return false;
    this.#sessionEnd = end;
    return true;
  }

  /** Makes express-session save, touch or destroy the session, or do nothing, as it does at the end of a response. */
  save(done: (error?: unknown) => void): void {
    const finish = () => {
      this.#isSaving = false;
      done(this.#error);
    };
    let isSaved = false;
    this.#isSaving = true;
    this.#onSaved = () => {
      isSaved = true;
    };
    try {
      this.endAsExpressSession([]);
    } catch (error) {
      this.#error = error;
      isSaved = true;
    }
    if (isSaved) finish();
    // Before it calls this, express-session calls `setImmediate(next, error)` if the store failed.
    else this.#onSaved = () => setImmediate(finish);
  }

  /**
   * Receives an error that express-session passes to `next`.
   * @returns whether it is the outcome of {@link save}.
   */
  receive(error: unknown): boolean {
    if (this.#isSaving) this.#error = error;
    return this.#isSaving;
  }

  /** Ends the response as express-session does: saves the session after the response is sent. */
  endAsExpressSession(args: unknown[]): unknown {
    return automatically(() => Reflect.apply(this.#sessionEnd ?? this.#end, this.#response, args));
  }

  /** Ends the response without express-session. */
  end(args: unknown[]): unknown {
    return Reflect.apply(this.#end, this.#response, args);
  }

  readonly #found: Method = (...args) => (this.#onSaved ? this.#onSaved() : this.end(args));
}
