import { reason } from './reason.ts';
import { SessionError } from './session-promises.ts';

/**
 * Logs an outage once when it begins and once when it ends, however many errors the client reports and however many
 * requests fail in between.
 */
export class OutageLog {
  #isOngoing = false;

  begin(error: Error): void {
    if (this.#isOngoing) return;
    this.#isOngoing = true;
    console.error(`Redis is away: ${reason(error)}. Sessions fail until it is back.`);
  }

  end(): void {
    if (!this.#isOngoing) return;
    this.#isOngoing = false;
    console.error('Redis is back.');
  }

  /** Logs the error of a request, unless the outage explains it. */
  report(error: unknown): void {
    if (!(error instanceof SessionError)) console.error(error);
    else if (!this.#isOngoing) console.error(`${error.message}: ${reason(error.cause)}.`);
  }
}
