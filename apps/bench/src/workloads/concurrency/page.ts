import type { Conditions } from '../../measuring/conditions.ts';
import { conditionsTable, size, spread, table } from '../../reporting/markdown.ts';
import { type ContentionResult, WRITERS } from './contention.ts';
import type { CycleResult } from './cycle.ts';
import type { ConcurrencyEffort, Results } from './measure.ts';

/** Formats the results as a page of Markdown. */
export function page(
  { cycles, contention, ...conditions }: Results & Conditions,
  { rounds, seconds }: ConcurrencyEffort,
): string {
  return `# Concurrency: what it costs

${conditionsTable(conditions, `${rounds} of ${seconds} s for each store and row, after a warm-up round`)}

Both stores run in one process, each with its own node-redis client. Stores and clients have their default options, and use
the same server and the same sessions. They take turns in the order A B B A, so that other work on the machine affects both
alike. Ratios compare the two within a round. Each figure is the median of the rounds, with the minimum and the maximum in
brackets. Made by \`pnpm bench concurrency --write\`.

## Read, change, save

\`store.get\`, \`createSession\`, one changed field, \`session.touch()\` and \`store.set\`, as in a request to express-session. Each
session has only one writer. The sessions are JSON of ASCII characters with a cookie that expires after a day.

${cycleTable(cycles)}

## ${WRITERS} writers of one session

${WRITERS} writers in one process read the same session of 200 bytes. Then each saves its own field, all at the same time.
Commands are those that the client sent. The last column shows one round of INFO commandstats, which also counts what
scripts run.

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
