import cluster from 'node:cluster';
import { AggregatorRegistry } from 'prom-client';
import { inPrimary } from '../start/in-primary.ts';
import { operations } from './operations.ts';

AggregatorRegistry.setRegistries(operations);
// In the primary it collects what the workers answer; in a worker it answers.
const workers = new AggregatorRegistry();

/** What Prometheus reads: the sum over all workers, or what this process measured where there are none. */
export const allOperations: () => Promise<string> = inPrimary('metrics', () =>
  Object.keys(cluster.workers ?? {}).length > 0 ? workers.clusterMetrics() : operations.metrics(),
);
