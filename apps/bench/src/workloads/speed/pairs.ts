import type { Contestant } from './contestants.ts';

/** Holdfast and another contestant on the same client. */
export type Pair = [holdfast: Contestant, other: Contestant];

export const BESIDE_CONNECT_REDIS: Record<'node-redis 6' | 'ioredis 5', Pair> = {
  'node-redis 6': ['Holdfast, node-redis 6', 'connect-redis 10, node-redis 6'],
  'ioredis 5': ['Holdfast, ioredis 5', 'connect-redis 8, ioredis 5'],
};

export const PAIRS: Pair[] = [
  BESIDE_CONNECT_REDIS['node-redis 6'],
  ['Holdfast, node-redis 6', 'bare node-redis 6'],
  ['Holdfast, node-redis 6', 'bare node-redis 6, no timer'],
  BESIDE_CONNECT_REDIS['ioredis 5'],
  ['Holdfast, ioredis 5', 'bare ioredis 5'],
];
