import type { TestRedis } from '@holdfast/test-servers';
import {
  measureOperations,
  type OperationEffort,
  type OperationResult,
} from '../../stores/measure-operations.ts';
import type { Progress } from '../workload.ts';
import { SETTINGS } from './settings.ts';

/** The results for the settings of each client, by the client's name. */
export interface Results {
  clients: Map<string, OperationResult<string>[]>;
}

export async function measureAll(
  redis: TestRedis,
  effort: OperationEffort,
  progress: Progress,
): Promise<Results> {
  const clients: Results['clients'] = new Map();
  for (const [client, settings] of Object.entries(SETTINGS)) {
    const results = await measureOperations(redis, settings, effort, (line) =>
      progress(`${client}: ${line}`),
    );
    clients.set(client, results);
  }
  return { clients };
}
