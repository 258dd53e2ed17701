export { HoldfastError, type HoldfastErrorCode } from './errors.ts';
export type { Serializer, StoreOptions } from './options.ts';
export type { RedisLike } from './redis-like.ts';
export { SessionRepository, type StoredSession } from './session-repository.ts';
