import { HoldfastError } from '../errors.ts';
import { TimeLimit } from '../redis/time-limit.ts';

/** What one turn leaves for the next: the text that it stored, or nothing where it stored none. */
export type Left = string | undefined;

/** A turn that is under way. */
export class Turn {
  /** What the turn before has left. */
  before: Left;
  /** Nobody waits for it any more, and others have come after it. */
  isOver = false;

  /**
   * To be called before each write: one that comes after its turn could undo what a later turn has written.
   * @throws HoldfastError `ERR_HOLDFAST_TIMEOUT`, which whoever waited was told already.
   */
  checkNotOver(): void {
    if (this.isOver) throw new HoldfastError('ERR_HOLDFAST_TIMEOUT', 'This turn is over.');
  }
}

type Work = (turn: Turn) => Promise<Left>;

/**
 * Lets the writes of one key follow each other, each with what the one before it has left. Different keys never wait
 * for each other.
 */
export class Turns {
  readonly #last = new Map<string, Promise<Left>>();
  readonly #limit: TimeLimit;

  /** @param timeoutMs for how many milliseconds a turn, and those before it, are waited for at most. */
  constructor(timeoutMs: number) {
    this.#limit = new TimeLimit(timeoutMs);
  }

  /** Ends when every turn of this key that was asked for so far has ended, well or not; undefined where there is none. */
  pending(key: string): Promise<unknown> | undefined {
    return this.#last.get(key);
  }

  /**
   * Does the work when every turn of this key before it has ended, well or not, or has taken too long; not at all where
   * the wait for them takes too long.
   * @throws HoldfastError `ERR_HOLDFAST_TIMEOUT`
   */
  take(key: string, work: Work): Promise<Left> {
    const before = this.#last.get(key);
    const turn = new Turn();
    const begin = (left: Left): Promise<Left> => {
      turn.checkNotOver();
      turn.before = left;
      return work(turn);
    };
    const answer = this.#limit.within(before === undefined ? work(turn) : before.then(begin));
    const end = (left: Left): Left => {
      turn.isOver = true;
      if (this.#last.get(key) === ended) this.#last.delete(key);
      return left;
    };
    const ended = answer.then(end, () => end(undefined));
    this.#last.set(key, ended);
    return answer;
  }
}
