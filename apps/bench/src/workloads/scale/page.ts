import type { Conditions } from '../../measuring/conditions.ts';
import { conditionsTable, count, megabytes, spread, table } from '../../reporting/markdown.ts';
import { SESSIONS_EACH } from '../../stores/sign-in.ts';
import type { BlockingResult } from './blocking.ts';
import { COMPARED, type IndexedResult } from './indexed.ts';
import type { ListingResult } from './listing.ts';
import type { Results, ScaleEffort } from './measure.ts';
import type { ReaderMemoryResult } from './reader-memory.ts';

/** Formats the results as a page of Markdown. */
export function page(
  { listing, indexed, indexMemory, blocking, readers, ...conditions }: Results & Conditions,
  effort: ScaleEffort,
): string {
  return `# Scale: what many sessions cost

${conditionsTable(conditions, `${effort.rounds} for each store and row, after a warm-up round`)}

Both stores run in one process, each with its own node-redis client. Stores and clients have their default options, and use
the same server and the same sessions of 500 bytes with random ids of 32 characters. They take turns in the order A B B A,
so that other work on the machine affects both alike. Ratios compare the two within a round. Each figure is the median of
the rounds, with the minimum and the maximum in brackets. Every call must return all sessions, or the run fails.
Made by \`pnpm bench scale --write\`.

## All sessions

How long a call for all sessions takes, alone in Redis and among other keys. Below 1.00, Holdfast is faster.

${listingTable(listing)}

## The sessions of a user

Holdfast uses its options \`userId\` and \`trackCount\`. connect-redis has no such options: with it, an application reads all
sessions with \`all\`, picks those of the user, and destroys them one by one. The comparison uses a user with ${COMPARED} sessions.
For users with more sessions, only Holdfast is measured, because connect-redis always reads everything. \`length\` concerns
all sessions. The last column divides the time without an index by the time with it.

${indexedTable(indexed, effort.growth)}

How much of Redis's memory a session uses if its user has ${SESSIONS_EACH} sessions. The session's text takes 500 bytes and the length
of the user's name (\`used_memory\` of INFO, before and after ${count(effort.indexMemory)} sessions):

${table(
  ['Options', 'Bytes a session'],
  indexMemory.map(({ options, bytes }) => [options, bytes.toFixed(0)]),
)}

## The command that blocks the server for longest

The slowest command in SLOWLOG during a call, with ${count(effort.blocking)} sessions. While it runs, the server answers no other client.
The time includes interruptions by other processes on the machine.

${blockingTable(blocking)}

## The memory of a process that reads all sessions

Resident memory of a process that opens a store, reads all sessions once, and does nothing else. \`sessions()\` iterates, and
\`all()\` returns an array. connect-redis has only \`all()\`.

${readersTable(readers)}
`;
}

function listingTable(listing: ListingResult[]): string {
  return table(
    [
      'Sessions',
      'Other keys',
      'Call',
      'Holdfast, ms',
      'connect-redis, ms',
      'Holdfast / connect-redis',
    ],
    listing.map(({ sessions, others, call, subject, baseline, ratio }) => [
      count(sessions),
      count(others),
      `\`${call}\``,
      subject.median.toFixed(1),
      baseline.median.toFixed(1),
      spread(ratio, 2),
    ]),
  );
}

function indexedTable(indexed: IndexedResult[], grown: readonly number[]): string {
  const holdfast = [COMPARED, ...grown].map((has) => `Holdfast, ${has} sessions, ms`);
  return table(
    [
      'Sessions',
      'Other keys',
      'Call',
      ...holdfast,
      'connect-redis, ms',
      'connect-redis / Holdfast',
    ],
    indexed.map(({ sessions, others, call, subject, growth, baseline, ratio }) => [
      count(sessions),
      count(others),
      `\`${call}\``,
      baseline.median.toFixed(2),
      ...grown.map((_, index) => growth[index]?.median.toFixed(2) ?? ''),
      subject.median.toFixed(1),
      spread(ratio, 0),
    ]),
  );
}

function blockingTable(blocking: BlockingResult[]): string {
  const [{ slowest } = { slowest: [] }] = blocking;
  return table(
    ['Call', ...slowest.map(({ store }) => `${store}, ms`)],
    blocking.map((each) => [
      `\`${each.call}\``,
      ...each.slowest.map(({ command, milliseconds }) => `${command} ${spread(milliseconds, 2)}`),
    ]),
  );
}

function readersTable(readers: ReaderMemoryResult[]): string {
  return table(
    ['Sessions', 'Call', 'Seconds', 'Before, MB', 'Peak, MB', 'Growth, MB', 'After, MB'],
    readers.map(({ reader, sessions, reading }) => [
      count(sessions),
      reader,
      ...(typeof reading === 'string'
        ? [reading, '', '', '', '']
        : [
            (reading.milliseconds / 1000).toFixed(1),
            ...[reading.before, reading.peak, reading.peak - reading.before, reading.after].map(
              (bytes) => megabytes(bytes, 0),
            ),
          ]),
    ]),
  );
}
