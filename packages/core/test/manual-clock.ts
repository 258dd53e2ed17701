import { afterAll, beforeAll } from '@jest/globals';
import { type Clock, type StopTimer, setClock } from '../src/util/clock.ts';

interface Timer {
  dueAt: number;
  readonly everyMs?: number;
  readonly call: () => void;
}

/** A clock that stands still until a test moves it. */
export class ManualClock implements Clock {
  #now = Date.UTC(2026, 0, 1);
  readonly #timers = new Set<Timer>();

  now(): number {
    return this.#now;
  }

  monotonic(): number {
    return this.#now;
  }

  after(ms: number, call: () => void): StopTimer {
    return this.#start({ dueAt: this.#now + ms, call });
  }

  every(ms: number, call: () => void): StopTimer {
    return this.#start({ dueAt: this.#now + ms, everyMs: ms, call });
  }

  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => this.after(ms, resolve));
  }

  /** How many timers run. */
  get timers(): number {
    return this.#timers.size;
  }

  /** Moves the time, calling what is due on the way, and lets promises settle before and after each call. */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms;
    await settled();
    for (let timer = this.#next(end); timer !== undefined; timer = this.#next(end)) {
      this.#now = timer.dueAt;
      if (timer.everyMs === undefined) this.#timers.delete(timer);
      else timer.dueAt += timer.everyMs;
      timer.call();
      await settled();
    }
    this.#now = end;
  }

  /** Moves the time until a promise settles, and settles as it does. */
  async run<Result>(promise: Promise<Result>): Promise<Result> {
    let isSettled = false;
    const end = () => {
      isSettled = true;
    };
    promise.then(end, end);
    await settled();
    while (!isSettled) await this.advance(1);
    return promise;
  }

  #start(timer: Timer): StopTimer {
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  #next(end: number): Timer | undefined {
    const due = [...this.#timers].filter(({ dueAt }) => dueAt <= end);
    return due.sort((one, other) => one.dueAt - other.dueAt)[0];
  }
}

/** Makes core use a clock that the tests of a file move. */
export function useManualClock(): ManualClock {
  const clock = new ManualClock();
  beforeAll(() => setClock(clock));
  afterAll(() => setClock());
  return clock;
}

/** Resolves when all code has run that waits only for promises. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
