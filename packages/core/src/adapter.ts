export { perSlot } from './per-slot.ts';
export { type RawClientName, requireRawClient } from './raw-client.ts';
export type { RedisLike, ScoredMember } from './redis-like.ts';
export { type ScanStep, scanServers } from './scan.ts';
export { compareAndSetByScript, type RunScript, zaddByScript } from './scripts.ts';
