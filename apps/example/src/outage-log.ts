import { setTimeout } from 'node:timers/promises';
import { HoldfastError, type RedisLike } from '@holdfast/core';
import { isUp } from './health.ts';
import { reason } from './reason.ts';
import { SessionError } from './session-promises.ts';

/** For so long, nothing fails before Redis counts as back. The store takes less time to notice it. */
const QUIET_MS = 1000;

/**
 * Logs an outage once when it begins and once when it ends, however many errors the client reports and however many
 * requests fail in between. A server that hangs may end and resume no connection, so this asks it whether it is back.
 */
export class OutageLog {
  readonly #redis: RedisLike;
  #isOngoing = false;
  #isQuiet = false;

  constructor(redis: RedisLike) {
    this.#redis = redis;
  }

  /** Reports an error of the connection. */
  begin(error: unknown): void {
    this.#isQuiet = false;
    if (this.#isOngoing) return;
    this.#isOngoing = true;
    console.error(`Redis is away: ${reason(error)}. Sessions fail until it is back.`);
    void this.#awaitEnd();
  }

  async #awaitEnd(): Promise<void> {
    while (!this.#isQuiet) {
      this.#isQuiet = true;
      await setTimeout(QUIET_MS, undefined, { ref: false });
      if (!(await isUp(this.#redis))) this.#isQuiet = false;
    }
    this.#isOngoing = false;
    console.error('Redis is back.');
  }

  /** Reports the error of a request. */
  report(error: unknown): void {
    if (!(error instanceof SessionError)) console.error(error);
    else if (isOutage(error.cause)) this.begin(error.cause);
    else if (!this.#isOngoing) console.error(`${error.message}: ${reason(error.cause)}.`);
  }
}

function isOutage(error: unknown): boolean {
  return error instanceof HoldfastError && error.status === 503;
}
