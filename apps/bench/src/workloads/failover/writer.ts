import { setTimeout as pause } from 'node:timers/promises';
import type { Store } from 'express-session';
import { create } from '../../stores/requests.ts';
import { sessionOf } from '../../stores/session-data.ts';

export const PAUSE_MS = 25;
const SESSION = sessionOf(200);

/** The result of one set. All times come from `performance.now()`. */
interface Outcome {
  id: string;
  began: number;
  ended: number;
  /** Undefined if the set was acknowledged. */
  error: string | undefined;
}

/** Stores one session after the other. The hash tags, in turn, choose the slots. */
export class Writer {
  readonly #name: string;
  readonly #tags: string[];
  readonly outcomes: Outcome[] = [];
  /** When the current set began; undefined between two sets. */
  #waitingSince: number | undefined;

  constructor(name: string, tags: string[]) {
    this.#name = name;
    this.#tags = tags;
  }

  /** Continues until the signal, even after errors. Never rejects. */
  async write(store: Store, end: AbortSignal): Promise<void> {
    for (let count = 0; !end.aborted; count++) {
      const tag = this.#tags[count % this.#tags.length];
      const [id, began] = [`{${tag}}:${this.#name}:${count}`, performance.now()];
      this.#waitingSince = began;
      const error = await create(store, id, SESSION).then(() => undefined, textOf);
      this.#waitingSince = undefined;
      if (!end.aborted) this.outcomes.push({ id, began, ended: performance.now(), error });
      await pause(PAUSE_MS);
    }
  }

  /** Returns the ids of all sessions whose set was acknowledged. */
  acknowledged(): string[] {
    return this.outcomes.filter(({ error }) => error === undefined).map(({ id }) => id);
  }

  /** Returns when the first set was acknowledged that began after this moment. */
  worksAgain(since: number): number | undefined {
    return this.outcomes.find(({ began, error }) => began > since && error === undefined)?.ended;
  }

  acknowledgedBetween(from: number, to: number): number {
    return this.outcomes.filter(
      ({ ended, error }) => error === undefined && ended >= from && ended < to,
    ).length;
  }

  /** Returns how long the slowest set took that ran between these moments. */
  longestWait(from: number, to: number): number {
    const waits = this.outcomes
      .filter(({ began, ended }) => ended >= from && began < to)
      .map(({ began, ended }) => ended - began);
    return Math.max(0, ...waits, this.#waitingSince === undefined ? 0 : to - this.#waitingSince);
  }
}

/** Omits numbers that differ between runs, such as ports. */
function textOf(error: unknown): string {
  const text = error instanceof Error ? error.message || error.name : String(error);
  return text.replace(/\d{3,}/g, '…');
}
