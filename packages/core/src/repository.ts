export { HoldfastError, type HoldfastErrorCode, type HoldfastErrorDetails } from './errors.ts';
export type { StoredSession } from './listing/session-list.ts';
export type { UserSession } from './listing/user-sessions.ts';
export type { FastifyStoreOptions, RepositoryOptions, StoreOptions } from './options.ts';
export type { RedisLike, ScoredMember } from './redis/redis-like.ts';
export type { SealingSerializer, Serializer } from './serializer.ts';
export {
  append,
  mine,
  newest,
  oldest,
  sum,
  theirs,
  union,
} from './session/conflict-resolvers.ts';
export { type EncryptedOptions, type EncryptionKey, encrypted } from './session/encrypted.ts';
export type { EndReason } from './session/end-markers.ts';
export { type ConflictResolver, type Conflicts, type Path, whole } from './session/merge.ts';
export { type Page, SessionRepository } from './session-repository.ts';
export type { DroppedSave, FailedSave, Listeners, ReplacedChange } from './util/listeners.ts';
export {
  type Outcome,
  TRACED,
  type Trace,
  type TracedOperation,
  type WriteOutcome,
} from './util/tracing.ts';
