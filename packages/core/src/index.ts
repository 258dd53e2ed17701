export { type Callback, RedisStore, type SessionWithId } from './redis-store.ts';
export * from './repository.ts';
