import { type SessionData, Store } from 'express-session';

/** What a bare store needs from a client. */
export interface BareClient {
  get(key: string): Promise<string | null>;
  setWithTtl(key: string, text: string, seconds: number): Promise<unknown>;
  del(key: string): Promise<unknown>;
}

const SECONDS = 86_400;

/**
 * The limit for any session store: the client, JSON, and nothing else. It ignores the cookie and other writers, sends
 * nothing for a touch, and checks nothing.
 */
export class BareStore extends Store {
  readonly #client: BareClient;

  constructor(client: BareClient) {
    super();
    this.#client = client;
  }

  override get(id: string, callback: (error: unknown, session?: SessionData | null) => void): void {
    this.#client
      .get(keyOf(id))
      .then((text) => callback(null, text === null ? null : JSON.parse(text)), callback);
  }

  override set(id: string, session: SessionData, callback: (error?: unknown) => void): void {
    this.#client
      .setWithTtl(keyOf(id), JSON.stringify(session), SECONDS)
      .then(() => callback(), callback);
  }

  override touch(_id: string, _session: SessionData, callback: () => void): void {
    // express-session expects an asynchronous callback, and other stores defer theirs, too.
    process.nextTick(callback);
  }

  override destroy(id: string, callback: (error?: unknown) => void): void {
    this.#client.del(keyOf(id)).then(() => callback(), callback);
  }
}

function keyOf(id: string): string {
  return `sess:${id}`;
}
