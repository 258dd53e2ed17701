import type { Conditions } from '../../measuring/conditions.ts';
import { FAULTS } from '../../outages/faults.ts';
import { VISITORS } from '../../outages/visitors.ts';
import { conditionsTable, count, megabytes, table } from '../../reporting/markdown.ts';
import type { Results, Sample, SoakEffort, SoakResult } from './measure.ts';

/** Formats the results as a page of Markdown. */
export function page(
  { results, ...conditions }: Results & Conditions,
  { minutes, quietMs, faultMs, everyMs }: SoakEffort,
): string {
  return `# Soak: what an application holds after ${minutes} minutes

${conditionsTable(conditions)}

For each client, an Express application runs in its own process, with its own redis-server and the settings that the
documentation recommends for outages. ${VISITORS} visitors take turns: a request comes every ${everyMs} ms, and every second request writes.
Each fault lasts ${faultMs / 1000} s, and the next one begins ${quietMs / 1000} s later. They come in this order, again and again:
${FAULTS.map(({ name }) => name).join(', ')}. [Reliability](reliability.md) describes them.
The sample at the start comes before the first fault, and the sample at the end ${quietMs / 1000} s after the last fault. Each sample
takes ${quietMs / 1000} s. Made by \`pnpm soak --write\`.

- **Heap**: the memory in use after garbage collection.
- **Handles**: everything that keeps a process alive, such as timers and sockets. They include the visitors' connections.
- **Redis**: the connections that the server has, except that of the bench.
- **p50, p99**: how long requests took during the sample.

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
