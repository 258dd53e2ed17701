import type { Socket } from 'node:net';
import { setImmediate, setTimeout } from 'node:timers/promises';

/** One direction of a connection through a proxy, which a test can disturb. */
export class Channel {
  readonly #to: Socket;
  readonly #reset: () => void;
  /** Resolves when everything that has come so far has passed. */
  #passed: Promise<unknown> = Promise.resolve();
  /** Resolves when nothing is held back. */
  #released: Promise<void> = Promise.resolve();
  #release = () => {};
  #delayMs = 0;
  #pieceBytes = Number.POSITIVE_INFINITY;
  #bytesLeft = Number.POSITIVE_INFINITY;
  #isDropping = false;

  constructor(from: Socket, to: Socket, reset: () => void) {
    this.#to = to;
    this.#reset = reset;
    from.on('data', (bytes) => this.#pass(bytes));
    // What was sent arrives, even if the side that sent it is gone.
    from.on('close', () => this.#afterAll(() => to.end()));
  }

  /** Delays what comes from now on. */
  delay(ms: number): void {
    this.#delayMs = ms;
  }

  /** Passes on what comes from now on in pieces of so many bytes. */
  trickle(pieceBytes: number): void {
    this.#pieceBytes = pieceBytes;
  }

  /** Holds back everything that has not passed yet. */
  hold(): void {
    this.#release();
    this.#released = new Promise((resolve) => {
      this.#release = resolve;
    });
  }

  /** Undoes {@link hold}: what was held back arrives. */
  release(): void {
    this.#release();
  }

  /** Drops everything that comes from now on, without an error. */
  drop(): void {
    this.#isDropping = true;
  }

  /** Passes on so many more bytes, then resets the connection, also in the middle of a reply. */
  resetAfter(bytes: number): void {
    this.#bytesLeft = bytes;
  }

  #pass(bytes: Buffer): void {
    if (this.#isDropping) return;
    if (this.#delayMs > 0) {
      const due = setTimeout(this.#delayMs);
      this.#afterAll(() => due);
    }
    this.#afterAll(() => this.#write(bytes));
  }

  #afterAll(step: () => unknown): void {
    this.#passed = this.#passed.then(() => this.#released).then(step);
  }

  async #write(bytes: Buffer): Promise<void> {
    for (let rest = bytes; rest.length > 0; ) {
      const count = Math.min(this.#pieceBytes, this.#bytesLeft, rest.length);
      this.#to.write(rest.subarray(0, count));
      rest = rest.subarray(count);
      this.#bytesLeft -= count;
      if (rest.length > 0) await setImmediate();
      if (this.#bytesLeft <= 0) return this.#reset();
    }
  }
}
