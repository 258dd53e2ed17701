import type { RedisLike } from '../src/redis/redis-like.ts';

/** A client that fails every command, for what core decides before it asks Redis. */
export const unreachableRedis: RedisLike = {
  get: fail,
  set: fail,
  compareAndSet: fail,
  markerOf: (key) => `holdfast:ended:{${key}}`,
  setUnlessMarked: fail,
  delAndMark: fail,
  pexpire: fail,
  del: fail,
  mget: fail,
  scan: () => ({ [Symbol.asyncIterator]: () => ({ next: fail }) }),
  zaddExtendingTtl: fail,
  zrem: fail,
  zrangeByScore: fail,
  zcount: fail,
  zscore: fail,
  info: fail,
};

function fail(): Promise<never> {
  return Promise.reject(new Error('A command was sent.'));
}
