import cluster from 'node:cluster';
import { AggregatorRegistry } from 'prom-client';
import { inPrimary } from '../start/in-primary.ts';
import { operations } from './operations.ts';

AggregatorRegistry.setRegistries(operations);
// In the primary process it collects the metrics of the workers. In a worker it sends them.
const workers = new AggregatorRegistry();

/** Returns the metrics for Prometheus: the sum over all workers, or those of this process if there are no workers. */
export const allOperations: () => Promise<string> = inPrimary('metrics', () =>
  Object.keys(cluster.workers ?? {}).length > 0 ? workers.clusterMetrics() : operations.metrics(),
);
