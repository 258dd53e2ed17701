import type { Circumstances } from '../machine.ts';
import { circumstancesTable, size, spread, table } from '../markdown.ts';
import type { Results } from './concurrency.ts';
import { type ContentionResult, WRITERS } from './contention.ts';
import type { CycleEffort, CycleResult } from './cycle.ts';

/** The results as a page of Markdown. */
export function page(
  { cycles, contention, ...circumstances }: Results & Circumstances,
  { rounds, seconds }: CycleEffort,
): string {
  return `# Concurrency: what it costs

${circumstancesTable(circumstances, `${rounds} of ${seconds} s for each store and row, after one to warm up`)}

Both stores run in one process, each on a node-redis client of its own, stores and clients with their default options,
on the same server and with the same sessions. They take turns, A B B A, so that whatever else the machine does meets
both alike; ratios compare the two within a round. Each figure is the median of the rounds, with their minimum and maximum.
Made by \`pnpm bench concurrency --write\`.

## Read, change, save

\`store.get\`, \`createSession\`, one field changed, \`session.touch()\` and \`store.set\`, as express-session does it; every
session has one writer only. Sessions are JSON of ASCII characters, with a cookie that lives a day.

${cycleTable(cycles)}

## ${WRITERS} writers of one session

${WRITERS} writers in one process read the same session of 200 bytes; then each saves a field of its own, all at once. Commands
are those that the client sent; INFO commandstats, in the last column for one round, also counts what a script runs.

${contentionTable(contention)}
`;
}

function cycleTable(cycles: CycleResult[]): string {
  return table(
    ['Session', 'At once', 'Holdfast / s', 'connect-redis / s', 'Holdfast / connect-redis'],
    cycles.map(({ bytes, concurrency, subject, baseline, ratio }) => [
      size(bytes),
      String(concurrency),
      subject.median.toFixed(0),
      baseline.median.toFixed(0),
      spread(ratio, 2),
    ]),
  );
}

function contentionTable(contention: ContentionResult[]): string {
  return table(
    ['Store', 'Fields that survived', 'Commands per save', 'What the server ran'],
    contention.map(({ name, survived, commandsPerSave, ran }) => [
      name,
      `${spread(survived, 0)} of ${WRITERS}`,
      spread(commandsPerSave, 2),
      [...ran].map(([command, calls]) => `${command} ${calls}`).join(', '),
    ]),
  );
}
