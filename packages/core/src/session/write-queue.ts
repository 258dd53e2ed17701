import { HoldfastError } from '../errors.ts';
import { TimeLimit } from '../redis/time-limit.ts';

/** A write in a {@link WriteQueue}. */
export class QueuedWrite {
  /** The text that the write before this one left in Redis. Undefined if that is not known. */
  previousText: string | undefined;
  /** The text that this write leaves in Redis, which becomes the `previousText` of the next. Undefined if that is not known. */
  leftText: string | undefined;
  /** Whether this write has settled for its caller, for example by a timeout. Later writes may have run since. */
  isExpired = false;

  /**
   * Must be called directly before each command that changes Redis: a command of an expired write could undo a later write.
   * @throws HoldfastError `ERR_HOLDFAST_TIMEOUT`, which the caller has received already.
   */
  throwIfExpired(): void {
    if (this.isExpired) throw new HoldfastError('ERR_HOLDFAST_TIMEOUT', 'This write has expired.');
  }
}

/**
 * Runs the writes of one key one after the other, in the order in which they were requested. The writes of different keys
 * run at the same time.
 */
export class WriteQueue {
  /** The end of the last write of each key. */
  readonly #last = new Map<string, Promise<string | undefined>>();
  readonly #limit: TimeLimit;

  /** @param timeoutMs how long a write may take, with the writes before it. `Infinity`: as long as it takes. */
  constructor(timeoutMs: number) {
    this.#limit = new TimeLimit(timeoutMs);
  }

  /**
   * Runs a write when the earlier writes of its key have settled, including by a timeout. If that takes too long, never
   * runs it.
   * @returns the result of the write.
   * @throws HoldfastError `ERR_HOLDFAST_TIMEOUT`
   */
  run<Result>(key: string, task: (write: QueuedWrite) => Promise<Result>): Promise<Result> {
    const previous = this.#last.get(key);
    const write = new QueuedWrite();
    const start = (previousText: string | undefined): Promise<Result> => {
      write.throwIfExpired();
      write.previousText = previousText;
      return task(write);
    };
    const result = this.#limit.within(previous === undefined ? task(write) : previous.then(start));
    const end = (leftText: string | undefined): string | undefined => {
      write.isExpired = true;
      if (this.#last.get(key) === ended) this.#last.delete(key);
      return leftText;
    };
    const ended = result.then(
      () => end(write.leftText),
      () => end(undefined),
    );
    this.#last.set(key, ended);
    return result;
  }

  /** Returns a promise that resolves when all writes of a key so far have settled; undefined if there are none. */
  settled(key: string): Promise<unknown> | undefined {
    return this.#last.get(key);
  }
}
