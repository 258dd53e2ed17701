export { type ClientName, requireClient } from './adapter-kit/client-detection.ts';
export { keyInSlot } from './adapter-kit/cluster-slots.ts';
export { compareAndSetBy, type SendSet } from './adapter-kit/compare-and-set.ts';
export {
  delAndMarkByCommands,
  delAndMarkByScript,
  markerInSlotOf,
  setUnlessMarkedByCommands,
  setUnlessMarkedByScript,
} from './adapter-kit/markers.ts';
export { mastersBySlot } from './adapter-kit/masters.ts';
export { perKey } from './adapter-kit/per-key.ts';
export { scoredMembers } from './adapter-kit/replies.ts';
export { type ScanStep, scanServer } from './adapter-kit/scan.ts';
export {
  type ScannedCluster,
  type ScannedMaster,
  scanCluster,
} from './adapter-kit/scan-cluster.ts';
export {
  type RunScript,
  zaddExtendingTtlByScript,
} from './adapter-kit/scripts.ts';
export { serverError } from './adapter-kit/server-error.ts';
export type { Masters, RedisLike, ScoredMember } from './redis/redis-like.ts';
