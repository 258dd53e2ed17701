import type { Part } from './part.ts';

/** By the names that core has for them. Each loads on demand, because each process measures only one. */
export const PARTS: Record<string, () => Promise<Part>> = {
  KeyFingerprints: async () => (await import('./key-fingerprints.ts')).keyFingerprints,
  halfSipHash: async () => (await import('./half-sip-hash.ts')).halfSipHashes,
  privateSlot: async () => (await import('./private-slot.ts')).privateSlots,
  TimeLimit: async () => (await import('./time-limit.ts')).timeLimits,
  CircuitBreaker: async () => (await import('./circuit-breaker.ts')).circuitBreakers,
  TouchThrottle: async () => (await import('./touch-throttle.ts')).touchThrottles,
  traced: async () => (await import('./tracing.ts')).tracing,
  SessionCodec: async () => (await import('./session-codec.ts')).sessionCodecs,
};
