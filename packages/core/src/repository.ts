export { HoldfastError, type HoldfastErrorCode } from './errors.ts';
export type { UserSession } from './listing/user-sessions.ts';
export type { StoreOptions } from './options.ts';
export type { RedisLike } from './redis/redis-like.ts';
export type { SealingSerializer, Serializer } from './serializer.ts';
export { type EncryptedOptions, type EncryptionKey, encrypted } from './session/encrypted.ts';
export type { ConflictResolver } from './session/merge.ts';
export {
  type Page,
  SessionRepository,
  type StoredSession,
} from './session-repository.ts';
export type { DroppedSave, FailedSave, Listeners } from './util/listeners.ts';
export { type Outcome, TRACED, type Trace, type TracedOperation } from './util/tracing.ts';
