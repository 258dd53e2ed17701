import { setTimeout as sleep } from 'node:timers/promises';

/** Stops a timer. Does nothing if it has already fired or was stopped. */
export type StopTimer = () => void;

/** Where all of core reads the time and sets its timers. */
export interface Clock {
  /** Returns the time of day, in milliseconds since 1970. */
  now(): number;
  /** Returns a time that only moves forward, in milliseconds with fractions, for measuring durations. */
  monotonic(): number;
  /** Calls a function once, after this many milliseconds. The timer does not keep the process alive. */
  after(ms: number, call: () => void): StopTimer;
  /** Calls a function again and again, every so many milliseconds. The timer does not keep the process alive. */
  every(ms: number, call: () => void): StopTimer;
  /** Resolves after this many milliseconds. */
  sleep(ms: number): Promise<void>;
}

const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after(ms, call) {
    const timer = setTimeout(call, ms).unref();
    return () => clearTimeout(timer);
  },
  every(ms, call) {
    const timer = setInterval(call, ms).unref();
    return () => clearInterval(timer);
  },
  sleep: (ms) => sleep(ms),
};

/** The clock in use. */
export let clock: Clock = systemClock;

/** Replaces the clock, so that a test can move the time. Without an argument, restores the system's clock. */
export function setClock(replacement: Clock = systemClock): void {
  clock = replacement;
}
