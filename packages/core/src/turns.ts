import { TimeLimit } from './time-limit.ts';

/** What one turn leaves for the next: the text that it stored, or nothing where it stored none. */
export type Left = string | undefined;

/**
 * Lets the writes of one key follow each other, each with what the one before it has left. Different keys never wait
 * for each other.
 */
export class Turns {
  readonly #last = new Map<string, Promise<Left>>();
  readonly #limit: TimeLimit;

  /** @param timeout for how many milliseconds a turn, and those before it, are waited for at most. */
  constructor(timeout: number) {
    this.#limit = new TimeLimit(timeout);
  }

  /**
   * Does the work when every turn of this key before it has ended, well or not, or has taken too long; not at all where
   * the wait for them takes too long.
   * @throws HoldfastError `ERR_HOLDFAST_TIMEOUT`
   */
  take(key: string, work: (left: Left) => Promise<Left>): Promise<Left> {
    const before = this.#last.get(key);
    const turn =
      before === undefined ? this.#limit.within(work(undefined)) : this.#after(before, work);
    const end = (left: Left): Left => {
      if (this.#last.get(key) === ended) this.#last.delete(key);
      return left;
    };
    const ended = turn.then(end, () => end(undefined));
    this.#last.set(key, ended);
    return turn;
  }

  #after(before: Promise<Left>, work: (left: Left) => Promise<Left>): Promise<Left> {
    let isOver = false;
    const turn = this.#limit.within(before.then((left) => (isOver ? left : work(left))));
    turn.catch(() => {
      isOver = true;
    });
    return turn;
  }
}
