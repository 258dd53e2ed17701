import { HoldfastError } from '../errors.ts';
import { clock, type StopTimer } from '../util/clock.ts';

/** How often a limit checks what it watches, in milliseconds. An operation ends up to two ticks after its limit. */
const TICK_MS = 50;

/** A promise that a limit watches. */
interface Watched<Context> {
  /** Whether it has settled, or has exceeded the limit. */
  isOver: boolean;
  /** Its index in the list. */
  place: number;
  readonly lastTick: number;
  readonly reject: (error: unknown) => void;
  readonly context: Context;
}

/** Learns how the watched promises settle. */
export interface Observer<Context> {
  /** Called for every fulfilled promise, even if it exceeded the limit before. Never if the limit is `Infinity`. */
  onSuccess(context: Context): void;
  /**
   * Called when a promise rejects or exceeds the limit; not for a promise that rejects after that.
   * @returns the error to reject with.
   */
  onFailure(error: unknown, context: Context): unknown;
}

const NO_OBSERVER: Observer<unknown> = { onSuccess() {}, onFailure: (error) => error };

/**
 * Rejects promises that take too long. One timer serves all of them, and runs only while there are any.
 *
 * Our own code instead of one `setTimeout` a promise, because this limit counts its own ticks: time in which the process
 * itself was busy does not count, so that a blocked event loop does not look like a silent server. A cleared
 * `setTimeout` also costs twice as much (`pnpm bench parts`).
 * @template Context what the observer gets with each promise.
 */
export class TimeLimit<Context = void> {
  readonly #ms: number;
  readonly #observer: Observer<Context>;
  readonly #isFinite: boolean;
  readonly #ticks: number;
  /** In no order. A linked list would let old entries keep newer ones from the garbage collector. */
  readonly #watched: Watched<Context>[] = [];
  #tick = 0;
  #stopTicking: StopTimer | undefined;

  /** @param ms the limit, in milliseconds. `Infinity`: none. */
  constructor(ms: number, observer: Observer<Context> = NO_OBSERVER) {
    this.#ms = ms;
    this.#observer = observer;
    this.#isFinite = ms !== Number.POSITIVE_INFINITY;
    // One more tick, because the promise may begin just before one.
    this.#ticks = this.#isFinite ? Math.ceil(ms / TICK_MS) + 1 : 0;
  }

  /**
   * Settles as a promise does, or rejects when the promise takes too long. A later result of the promise is ignored.
   * @throws HoldfastError `ERR_HOLDFAST_TIMEOUT`
   */
  within<Result>(promise: Promise<Result>, context: Context): Promise<Result> {
    if (!this.#isFinite)
      return promise.catch((error) => Promise.reject(this.#observer.onFailure(error, context)));
    return new Promise((resolve, reject) => {
      const watched = this.#watch(reject, context);
      promise.then(
        (result) => {
          this.#end(watched);
          this.#observer.onSuccess(context);
          resolve(result);
        },
        (error) => {
          if (this.#end(watched)) reject(this.#observer.onFailure(error, context));
        },
      );
    });
  }

  #watch(reject: (error: unknown) => void, context: Context): Watched<Context> {
    const place = this.#watched.length;
    const watched = { isOver: false, place, lastTick: this.#tick + this.#ticks, reject, context };
    this.#watched.push(watched);
    this.#stopTicking ??= clock.every(TICK_MS, () => this.#onTick());
    return watched;
  }

  /** @returns false if it was over already. */
  #end(watched: Watched<Context>): boolean {
    if (watched.isOver) return false;
    watched.isOver = true;
    const last = this.#watched.pop();
    if (last === undefined || last === watched) return true;
    // The last one takes the free place.
    last.place = watched.place;
    this.#watched[last.place] = last;
    return true;
  }

  #onTick(): void {
    this.#tick++;
    for (const watched of this.#watched.filter(({ lastTick }) => lastTick <= this.#tick)) {
      this.#end(watched);
      watched.reject(this.#observer.onFailure(tookTooLong(this.#ms), watched.context));
    }
    if (this.#watched.length > 0) return;
    this.#stopTicking?.();
    this.#stopTicking = undefined;
  }
}

function tookTooLong(ms: number): HoldfastError {
  return new HoldfastError(
    'ERR_HOLDFAST_TIMEOUT',
    `Redis, or an async serializer, did not answer within ${ms} milliseconds (option timeoutMs). Check that the application has called client.connect(), if its client needs that, and that Redis is up and reachable: the error events of the client say why it is not. An operation also waits for earlier writes of its session. A write that was sent may still happen.`,
  );
}
