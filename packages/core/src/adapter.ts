export { escapeGlob } from './glob.ts';
export { type RawClientName, requireRawClient } from './raw-client.ts';
export type { RedisLike } from './redis-like.ts';
export { compareAndSetByScript, type RunScript } from './scripts.ts';
