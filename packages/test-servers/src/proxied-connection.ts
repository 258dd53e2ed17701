import type { Socket } from 'node:net';
import { Channel } from './channel.ts';

/** A client's connection through a proxy, which a test can disturb by itself. */
export class ProxiedConnection {
  readonly requests: Channel;
  readonly replies: Channel;
  readonly #near: Socket;
  readonly #far: Socket;

  /**
   * @param near the client's side.
   * @param far the Redis's.
   */
  constructor(near: Socket, far: Socket) {
    this.#near = near;
    this.#far = far;
    for (const socket of [near, far]) {
      socket.setNoDelay();
      // Its close follows, and is what counts.
      socket.on('error', () => {});
    }
    this.requests = new Channel(near, far, () => this.reset());
    this.replies = new Channel(far, near, () => this.reset());
  }

  /** Ends it, as a server does that stops. */
  cut(): void {
    this.#near.destroy();
    this.#far.destroy();
  }

  /** Ends it with an RST, as a machine does that knows nothing of it. */
  reset(): void {
    this.#near.resetAndDestroy();
    this.#far.destroy();
  }

  /** Lets nothing more through, as if the Redis had stopped in the middle. */
  freeze(): void {
    this.requests.hold();
    this.replies.hold();
  }

  /** Undoes {@link freeze}: what was held back arrives. */
  thaw(): void {
    this.requests.release();
    this.replies.release();
  }

  /** Loses all that is sent, so that each side goes on to think that the other is there. */
  halfOpen(): void {
    this.requests.drop();
    this.replies.drop();
  }
}
