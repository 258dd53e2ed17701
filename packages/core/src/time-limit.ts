import { HoldfastError } from './errors.ts';

/** How often the clock ticks, in milliseconds. Work ends up to two ticks later than its limit says. */
const TICK_MS = 50;

/** Work that somebody waits for. */
export interface Waiting {
  /** Nobody waits any more: the work has ended, or taken too long. */
  readonly isOver: boolean;
}

/** In a list, the oldest first. */
interface Listed extends Waiting {
  isOver: boolean;
  readonly endsAt: number;
  readonly reject: (error: HoldfastError) => void;
  previous: Listed | undefined;
  next: Listed | undefined;
}

const FOR_EVER: Waiting = { isOver: false };

/**
 * Ends the wait for what takes too long. The limit is the same for all work, so that what began first ends first, and
 * one clock does for all of it: a timer for each costs as much as the work. The clock counts its own ticks, so that
 * time in which this process itself was busy does not count.
 */
export class TimeLimit {
  readonly #ms: number;
  readonly #ticks: number;
  #now = 0;
  #oldest: Listed | undefined;
  #newest: Listed | undefined;
  #clock: NodeJS.Timeout | undefined;

  /** @param ms the limit, in milliseconds. Infinite: none. */
  constructor(ms: number) {
    this.#ms = ms;
    // One more, as the work can begin just before a tick.
    this.#ticks = Math.ceil(ms / TICK_MS) + 1;
  }

  /**
   * Starts work and answers as it does. What it answers after the limit is of no interest to anybody.
   * @throws HoldfastError `ERR_HOLDFAST_TIMEOUT`
   */
  within<Answer>(work: (waiting: Waiting) => Promise<Answer>): Promise<Answer> {
    if (this.#ticks === Number.POSITIVE_INFINITY) return work(FOR_EVER);
    return new Promise((resolve, reject) => {
      const waiting = this.#begin(reject);
      work(waiting).then(
        (answer) => {
          this.#end(waiting);
          resolve(answer);
        },
        (error) => {
          this.#end(waiting);
          reject(error);
        },
      );
    });
  }

  #begin(reject: (error: HoldfastError) => void): Listed {
    const endsAt = this.#now + this.#ticks;
    const previous = this.#newest;
    const waiting = { isOver: false, endsAt, reject, previous, next: undefined };
    if (previous === undefined) this.#oldest = waiting;
    else previous.next = waiting;
    this.#newest = waiting;
    this.#clock ??= setInterval(() => this.#tick(), TICK_MS).unref();
    return waiting;
  }

  #end(waiting: Listed): void {
    if (waiting.isOver) return;
    waiting.isOver = true;
    const { previous, next } = waiting;
    if (previous === undefined) this.#oldest = next;
    else previous.next = next;
    if (next === undefined) this.#newest = previous;
    else next.previous = previous;
  }

  #tick(): void {
    this.#now++;
    while (this.#oldest !== undefined && this.#oldest.endsAt <= this.#now) {
      const { reject } = this.#oldest;
      this.#end(this.#oldest);
      reject(tookTooLong(this.#ms));
    }
    if (this.#oldest !== undefined) return;
    clearInterval(this.#clock);
    this.#clock = undefined;
  }
}

function tookTooLong(ms: number): HoldfastError {
  return new HoldfastError(
    'ERR_HOLDFAST_TIMEOUT',
    `Redis did not answer within ${ms} milliseconds, as the option timeout says. Look whether it is up and can be reached, and whether the client is connected. What it was asked to write may be written later.`,
  );
}
