import { setTimeout as pause } from 'node:timers/promises';
import type { Store } from 'express-session';
import { sessionOf } from '../payload.ts';
import { create } from '../requests.ts';

const PAUSE_MS = 25;
const SESSION = sessionOf(200);

/** What came of one set, all times as `performance.now()` gives them. */
interface Outcome {
  id: string;
  began: number;
  ended: number;
  /** What it failed with; undefined when it was acknowledged. */
  error: string | undefined;
}

/** Stores one session after the other, in these slots in turn, each of which is named by a tag. */
export class Writer {
  readonly #name: string;
  readonly #tags: string[];
  readonly outcomes: Outcome[] = [];
  /** When the set began that has no answer yet. */
  #waitingSince: number | undefined;

  constructor(name: string, tags: string[]) {
    this.#name = name;
    this.#tags = tags;
  }

  /** Goes on until the signal, whatever happens, and never fails. */
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

  acknowledged(): string[] {
    return this.outcomes.filter(({ error }) => error === undefined).map(({ id }) => id);
  }

  /** When the first set was acknowledged that began after this moment. */
  worksAgain(since: number): number | undefined {
    return this.outcomes.find(({ began, error }) => began > since && error === undefined)?.ended;
  }

  acknowledgedBetween(from: number, to: number): number {
    return this.outcomes.filter(
      ({ ended, error }) => error === undefined && ended >= from && ended < to,
    ).length;
  }

  /** The longest that a set took which was under way between these moments. */
  longestWait(from: number, to: number): number {
    const waits = this.outcomes
      .filter(({ began, ended }) => ended >= from && began < to)
      .map(({ began, ended }) => ended - began);
    return Math.max(0, ...waits, this.#waitingSince === undefined ? 0 : to - this.#waitingSince);
  }
}

/** Without the numbers that differ from one to the next, such as ports. */
function textOf(error: unknown): string {
  const text = error instanceof Error ? error.message || error.name : String(error);
  return text.replace(/\d{3,}/g, '…');
}
