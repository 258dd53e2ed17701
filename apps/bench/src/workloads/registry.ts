import type { Workload } from './workload.ts';

type Name =
  | 'caching'
  | 'concurrency'
  | 'failover'
  | 'parts'
  | 'recovery'
  | 'reliability'
  | 'scale'
  | 'soak'
  | 'speed'
  | 'tuning';

/**
 * What the bench can measure, by the name of its page in docs/benchmarks. Each workload loads on demand, because all
 * clients together take more than a second to load.
 */
export const WORKLOADS: Record<Name, () => Promise<Workload>> = {
  caching: async () => (await import('./caching/caching.ts')).runCaching,
  concurrency: async () => (await import('./concurrency/concurrency.ts')).runConcurrency,
  failover: async () => (await import('./failover/failover.ts')).runFailover,
  parts: async () => (await import('./parts/parts.ts')).runParts,
  recovery: async () => (await import('./recovery/recovery.ts')).runRecovery,
  reliability: async () => (await import('./reliability/reliability.ts')).runReliability,
  scale: async () => (await import('./scale/scale.ts')).runScale,
  soak: async () => (await import('./soak/soak.ts')).runSoak,
  speed: async () => (await import('./speed/speed.ts')).runSpeed,
  tuning: async () => (await import('./tuning/tuning.ts')).runTuning,
};
