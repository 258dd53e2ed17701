import type { TestRedis } from '@holdfast/test-servers';
import {
  measureOperations,
  type OperationEffort,
  type OperationResult,
} from '../../stores/measure-operations.ts';
import type { Progress } from '../workload.ts';
import { type Contestant, OPEN } from './contestants.ts';
import { type HttpEffort, type HttpResult, measureHttp } from './http.ts';
import { type MemoryEffort, measureTouchMemory, type TouchMemory } from './touch-memory.ts';

export type SpeedEffort = OperationEffort & MemoryEffort & HttpEffort;

export interface Results {
  stores: OperationResult<Contestant>[];
  memory: TouchMemory[];
  http: HttpResult[];
}

export async function measureAll(
  redis: TestRedis,
  effort: SpeedEffort,
  progress: Progress,
): Promise<Results> {
  const stores = await measureOperations(redis, OPEN, effort, (line) => progress(`store: ${line}`));
  progress('memory of remembered touches');
  const memory = await measureTouchMemory(redis.url, effort.saved);
  const http = await measureHttp(redis.url, redis.raw, effort, progress);
  return { stores, memory, http };
}
