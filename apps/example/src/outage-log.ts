import { reason } from './reason.ts';
import { SessionFailure } from './session-steps.ts';

/**
 * What the app says of Redis while it runs: once that it is away and once that it is back, however often a client
 * reports it meanwhile, and however many requests fail by it.
 */
export class OutageLog {
  #ongoing = false;

  begin(error: Error): void {
    if (this.#ongoing) return;
    this.#ongoing = true;
    console.error(`Redis is away: ${reason(error)}. Sessions fail until it is back.`);
  }

  end(): void {
    if (!this.#ongoing) return;
    this.#ongoing = false;
    console.error('Redis is back.');
  }

  /** A request failed, by an outage or for another reason. */
  report(error: unknown): void {
    if (!(error instanceof SessionFailure)) console.error(error);
    else if (!this.#ongoing) console.error(`${error.message}: ${reason(error.cause)}.`);
  }
}
