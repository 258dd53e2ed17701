import { isUnreadable, isWrongType } from '../errors.ts';
import type { SessionIndex } from '../indexes/session-index.ts';
import type { GuardedRedis } from '../redis/guarded-redis.ts';
import type { SessionCodec } from './session-codec.ts';

/** Finds out which user a stored session belongs to. */
export class SessionOwners<Session extends object> {
  readonly #redis: GuardedRedis;
  readonly #codec: SessionCodec<Session>;
  readonly #index: SessionIndex<Session>;

  constructor(redis: GuardedRedis, codec: SessionCodec<Session>, index: SessionIndex<Session>) {
    this.#redis = redis;
    this.#codec = codec;
    this.#index = index;
  }

  /** Reads the user of the session under a key. Undefined without one, and without the option `userId`. */
  async ofKey(key: string): Promise<string | undefined> {
    if (!this.#index.hasUsers) return undefined;
    try {
      return await this.ofText(key, await this.#redis.get(key));
    } catch (error) {
      if (isWrongType(error)) return undefined;
      throw error;
    }
  }

  /** Returns the user of a session that is stored as this text. Undefined if the text cannot be read. */
  async ofText(key: string, text: string | null): Promise<string | undefined> {
    if (text === null) return undefined;
    try {
      return this.#index.storedUserOf(await this.#codec.parse(key, text));
    } catch (error) {
      if (isUnreadable(error)) return undefined;
      throw error;
    }
  }
}
