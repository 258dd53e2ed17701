import type { Socket } from 'node:net';
import { Channel } from './channel.ts';

/** A client's connection through a proxy, which a test can disturb. */
export class ProxiedConnection {
  readonly requests: Channel;
  readonly replies: Channel;
  readonly #near: Socket;
  readonly #far: Socket;

  /**
   * @param near the client's side.
   * @param far the side of Redis.
   */
  constructor(near: Socket, far: Socket) {
    this.#near = near;
    this.#far = far;
    for (const socket of [near, far]) {
      socket.setNoDelay();
      // The close event follows.
      socket.on('error', () => {});
    }
    this.requests = new Channel(near, far, () => this.reset());
    this.replies = new Channel(far, near, () => this.reset());
  }

  /** Closes it, as a server that stops does. */
  cut(): void {
    this.#near.destroy();
    this.#far.destroy();
  }

  /** Closes it with an RST, as a machine that does not know it does. */
  reset(): void {
    this.#near.resetAndDestroy();
    this.#far.destroy();
  }

  /** Passes on nothing more, as if Redis had stopped in the middle. */
  freeze(): void {
    this.requests.hold();
    this.replies.hold();
  }

  /** Undoes {@link freeze}: what was held back arrives. */
  thaw(): void {
    this.requests.release();
    this.replies.release();
  }

  /** Drops everything that is sent, so that each side still believes that the other is there. */
  halfOpen(): void {
    this.requests.drop();
    this.replies.drop();
  }
}
