export { type EncryptedOptions, type EncryptionKey, encrypted } from './encrypted.ts';
export { HoldfastError, type HoldfastErrorCode } from './errors.ts';
export type { DroppedSave, FailedSave, Listeners } from './listeners.ts';
export type { Resolve } from './merge.ts';
export type { StoreOptions } from './options.ts';
export type { RedisLike } from './redis-like.ts';
export type { SealingSerializer, Serializer } from './serializer.ts';
export {
  type Page,
  SessionRepository,
  type StoredSession,
} from './session-repository.ts';
export { type Outcome, TRACED, type Trace, type TracedOperation } from './tracing.ts';
export type { UserSession } from './user-sessions.ts';
