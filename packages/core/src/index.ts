export * from './repository.ts';
export { type Callback, RedisStore, type SessionWithId } from './stores/redis-store.ts';
