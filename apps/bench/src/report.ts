import type { Results } from './bench.ts';
import { type ContentionResult, WRITERS } from './contention.ts';
import type { CycleResult } from './cycle.ts';
import type { Machine } from './machine.ts';
import type { Spread } from './rounds.ts';

/** The results as a page of Markdown. */
export function report({
  machine,
  effort,
  load,
  tookSeconds,
  cycles,
  contention,
}: Results): string {
  return `# Concurrency: what it costs

${table(
  ['', ''],
  [
    ['Machine', `${machine.cpu}, ${machine.cores} cores, redis-server on the same`],
    ['Load average', `${load[0].toFixed(2)} before, ${load[1].toFixed(2)} after`],
    ['Node', machine.node],
    ['redis-server', machine.redisServer],
    ['Packages', versions(machine)],
    [
      'Rounds',
      `${effort.rounds} of ${effort.seconds} s for each store and row, after one to warm up`,
    ],
    ['The whole run', `${Math.round(tookSeconds)} s`],
  ],
)}

Both stores run in one process, each on a node-redis client of its own, stores and clients with their default options,
on the same server and with the same sessions. They take turns, A B B A, so that whatever else the machine does meets
both alike; ratios compare the two within a round. Each figure is the median of the rounds, with their minimum and maximum.
Made by \`pnpm bench --write\`.

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
      bytes < 1000 ? `${bytes} B` : `${bytes / 1000} kB`,
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

function spread({ median, min, max }: Spread, digits: number): string {
  const [middle, low, high] = [median, min, max].map((value) => value.toFixed(digits));
  return `${middle} (${low} – ${high})`;
}

export function versions({ packages }: Machine): string {
  const pinned = Object.entries(packages).map(([name, version]) => `${name} ${version}`);
  return ['Holdfast of this repository', ...pinned].join(', ');
}

export function table(head: string[], rows: string[][]): string {
  const lines = [head, head.map(() => '---'), ...rows];
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
