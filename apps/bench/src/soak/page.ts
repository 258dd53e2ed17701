import type { Circumstances } from '../machine.ts';
import { circumstancesTable, count, megabytes, table } from '../markdown.ts';
import { FAULTS } from '../reliability/faults.ts';
import { VISITORS } from '../reliability/visitors.ts';
import { EVERY_MS, type Results, type Sample, type SoakEffort, type SoakResult } from './soak.ts';

/** The results as a page of Markdown. */
export function page(
  { results, ...circumstances }: Results & Circumstances,
  { minutes, quietMs, faultMs }: SoakEffort,
): string {
  return `# Soak: what an application holds after ${minutes} minutes

${circumstancesTable(circumstances)}

An Express application on each client, set as the [README](../../README.md#when-redis-is-away) recommends, in a process of its
own, with a redis-server of its own. ${VISITORS} visitors come in turns, one every ${EVERY_MS} ms, and every second time write. In between,
a fault lasts ${faultMs / 1000} s, and ${quietMs / 1000} s later comes the next, in this order over and over: ${FAULTS.map(({ name }) => name).join(', ')}.
[Reliability](reliability.md) says what they are. Start is when as much time has passed without a fault, and end is as much after
the last. Made by \`pnpm soak --write\`.

- **Heap**: what is in use after garbage collection.
- **Handles**: timers, sockets and all else that keeps a process alive; the visitors' connections among them.
- **Redis**: connections that the server has, without that of the bench.
- **p50, p99**: how long requests took in these ${quietMs / 1000} s.

${table(
  ['Client', '', 'Heap', 'Handles', "Visitors' connections", 'Redis', 'p50', 'p99'],
  results.flatMap(rows),
)}

${results.map(({ contestant, requests, faults }) => `${contestant.client}: ${count(requests)} requests, ${faults} faults.`).join('\n')}
`;
}

function rows({ contestant, start, end }: SoakResult): string[][] {
  return Object.entries({ start, end }).map(([when, sample]) => [
    contestant.client,
    when,
    `${megabytes(sample.heapBytes, 1)} MB`,
    String(sample.handles),
    String(sample.visitors),
    String(sample.connections),
    percentile(sample, 0.5),
    percentile(sample, 0.99),
  ]);
}

function percentile({ waits }: Sample, share: number): string {
  return `${waits[Math.floor(waits.length * share)]?.toFixed(1)} ms`;
}
