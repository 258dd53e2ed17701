/** What one turn leaves for the next: the text that it stored, or nothing where it stored none. */
export type Left = string | undefined;

/**
 * Lets the writes of one key follow each other, each with what the one before it has left. Different keys never wait
 * for each other.
 */
export class Turns {
  readonly #last = new Map<string, Promise<Left>>();

  /** Does the work when every turn of this key before it has ended, well or not. */
  async take(key: string, work: (left: Left) => Promise<Left>): Promise<Left> {
    const before = this.#last.get(key);
    const turn = before === undefined ? work(undefined) : before.then(work);
    const ended = turn.catch(() => undefined);
    this.#last.set(key, ended);
    try {
      return await turn;
    } finally {
      if (this.#last.get(key) === ended) this.#last.delete(key);
    }
  }
}
