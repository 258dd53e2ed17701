import type { RedisLike } from '../src/redis/redis-like.ts';

/** A client that no test reaches: for what is decided before Redis is asked. */
export const unused: RedisLike = {
  get: reached,
  set: reached,
  compareAndSet: reached,
  pexpire: reached,
  del: reached,
  mget: reached,
  scan: () => ({ [Symbol.asyncIterator]: () => ({ next: reached }) }),
  zaddExtendingTtl: reached,
  zrem: reached,
  zrangeByScore: reached,
  zcount: reached,
};

function reached(): Promise<never> {
  return Promise.reject(new Error('The client was reached.'));
}
