const TICK_MS = 10;

/** A clock that stands still while this process is busy, so that it shows how long others let it wait. */
export class PatientClock implements Disposable {
  #now = 0;
  #last = performance.now();
  readonly #timer = setInterval(() => this.#tick(), TICK_MS);

  /** In milliseconds, since it was made. */
  get now(): number {
    return this.#now;
  }

  #tick(): void {
    const now = performance.now();
    this.#now += Math.min(now - this.#last, 2 * TICK_MS);
    this.#last = now;
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }
}
