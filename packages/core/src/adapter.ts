export { keyInSlot } from './cluster-slots.ts';
export { perSlot } from './per-slot.ts';
export { type RawClientName, requireRawClient } from './raw-client.ts';
export type { RedisLike, ScoredMember } from './redis-like.ts';
export { type ScanStep, scanServer } from './scan.ts';
export { type ScannedCluster, type ScannedMaster, scanCluster } from './scan-cluster.ts';
export { scoredMembers } from './scored-members.ts';
export { compareAndSetByScript, type RunScript, zaddByScript } from './scripts.ts';
