import { HoldfastError } from '../errors.ts';

/** How often the clock ticks, in milliseconds. Work ends up to two ticks later than its limit says. */
const TICK_MS = 50;

/** Work that somebody waits for. */
interface Waiting {
  /** The work has ended, or taken too long. */
  isOver: boolean;
  /** Where in the list it is. */
  place: number;
  readonly endsAt: number;
  readonly reject: (error: unknown) => void;
}

/** Learns how work ends. */
export interface Observer {
  /** Told of each answer, also of one that comes too late. */
  onAnswer(): void;
  /**
   * Told of each failure, and of each limit that is passed; not of what fails after that.
   * @returns the error to reject with.
   */
  onFailure(error: unknown): unknown;
}

const NOBODY: Observer = { onAnswer() {}, onFailure: (error) => error };

/**
 * Ends the wait for what takes too long. One clock does for all work that is under way: a timer for each costs as much
 * as the work. The clock counts its own ticks, so that time in which this process itself was busy does not count.
 */
export class TimeLimit {
  readonly #ms: number;
  readonly #observer: Observer;
  readonly #isLimited: boolean;
  readonly #ticks: number;
  /** In no order. What links each to the next would let the garbage collector take those that are over for alive. */
  readonly #waiting: Waiting[] = [];
  #now = 0;
  #clock: NodeJS.Timeout | undefined;

  /** @param ms the limit, in milliseconds. Infinite: none. */
  constructor(ms: number, observer: Observer = NOBODY) {
    this.#ms = ms;
    this.#observer = observer;
    this.#isLimited = ms !== Number.POSITIVE_INFINITY;
    // One more, as the work can begin just before a tick.
    this.#ticks = this.#isLimited ? Math.ceil(ms / TICK_MS) + 1 : 0;
  }

  /**
   * Answers as the work does; rejects where it takes too long, and what becomes of it then is of no interest to
   * anybody.
   * @throws HoldfastError `ERR_HOLDFAST_TIMEOUT`
   */
  within<Answer>(work: Promise<Answer>): Promise<Answer> {
    if (!this.#isLimited)
      return work.catch((error) => Promise.reject(this.#observer.onFailure(error)));
    return new Promise((resolve, reject) => {
      const waiting = this.#begin(reject);
      work.then(
        (answer) => {
          this.#end(waiting);
          this.#observer.onAnswer();
          resolve(answer);
        },
        (error) => {
          if (this.#end(waiting)) reject(this.#observer.onFailure(error));
        },
      );
    });
  }

  #begin(reject: (error: unknown) => void): Waiting {
    const place = this.#waiting.length;
    const waiting = { isOver: false, place, endsAt: this.#now + this.#ticks, reject };
    this.#waiting.push(waiting);
    this.#clock ??= setInterval(() => this.#tick(), TICK_MS).unref();
    return waiting;
  }

  /** @returns false where it was over already. */
  #end(waiting: Waiting): boolean {
    if (waiting.isOver) return false;
    waiting.isOver = true;
    const last = this.#waiting.pop();
    if (last === undefined || last === waiting) return true;
    last.place = waiting.place;
    this.#waiting[last.place] = last;
    return true;
  }

  #tick(): void {
    this.#now++;
    for (const waiting of this.#waiting.filter(({ endsAt }) => endsAt <= this.#now)) {
      this.#end(waiting);
      waiting.reject(this.#observer.onFailure(tookTooLong(this.#ms)));
    }
    if (this.#waiting.length > 0) return;
    clearInterval(this.#clock);
    this.#clock = undefined;
  }
}

function tookTooLong(ms: number): HoldfastError {
  return new HoldfastError(
    'ERR_HOLDFAST_TIMEOUT',
    `Redis, or an async serializer, did not answer within ${ms} milliseconds, as the option timeoutMs says. Look whether Redis is up and can be reached, and whether the client is connected, which its error events tell. What was to be written may be written later.`,
  );
}
