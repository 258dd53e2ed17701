import { subscribe } from 'node:diagnostics_channel';
import { TRACED, type Trace } from '@holdfast/core';
import { Histogram, Registry } from 'prom-client';

/** The metrics of this process. */
export const operations: Registry = new Registry();

const seconds = new Histogram({
  name: 'holdfast_operation_seconds',
  help: 'Duration of the operations of the session store, by outcome',
  labelNames: ['operation', 'outcome'],
  buckets: [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5],
  registers: [operations],
});

for (const operation of TRACED) {
  subscribe(`tracing:holdfast:${operation}:asyncEnd`, (message) => {
    const { outcome, errorCode, durationMs = 0 } = message as Trace;
    const labels = { operation, outcome: errorCode ?? outcome ?? 'done' };
    seconds.observe(labels, durationMs / 1000);
  });
}
