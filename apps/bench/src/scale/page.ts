import type { Circumstances } from '../machine.ts';
import { circumstancesTable, count, megabytes, spread, table } from '../markdown.ts';
import type { BlockingResult } from './blocking.ts';
import { COMPARED, GROWTH, type IndexedResult } from './indexed.ts';
import type { ListingResult } from './listing.ts';
import type { MemoryResult } from './memory.ts';
import type { Results, ScaleEffort } from './scale.ts';
import { SESSIONS_EACH } from './users.ts';

/** The results as a page of Markdown. */
export function page(
  { listing, indexed, cost, blocking, memory, ...circumstances }: Results & Circumstances,
  effort: ScaleEffort,
): string {
  return `# Scale: what many sessions cost

${circumstancesTable(circumstances, `${effort.rounds} for each store and row, after one to warm up`)}

Both stores run in one process, each on a node-redis client of its own, stores and clients with their default options,
on the same server and with the same sessions, of 500 bytes and with random ids of 32 characters. They take turns, A B B A,
so that whatever else the machine does meets both alike; ratios compare the two within a round. Each figure is the median
of the rounds, with their minimum and maximum. Every call is checked to have answered all sessions.
Made by \`pnpm bench scale --write\`.

## All sessions

How long a call takes that concerns all sessions, alone in the Redis and among keys that are none. Below 1.00, Holdfast is
quicker.

${listingTable(listing)}

## The sessions of a user

With the options \`userId\` and \`trackCount\` of Holdfast, which connect-redis has not: there, an application reads all sessions
with \`all\`, picks those of the user, and destroys them one by one. The stores are compared for a user with ${COMPARED} sessions;
for others, only Holdfast is measured, as connect-redis reads everything whoever is asked about. \`length\` is about all
sessions. The last column says how many times as long it takes without an index.

${indexedTable(indexed)}

What a session of a user with ${SESSIONS_EACH} of them takes of the memory of Redis, of which its text is 500 bytes and
the user's name (\`used_memory\` of INFO, before and after ${count(effort.cost)} sessions):

${table(
  ['Options', 'Bytes a session'],
  cost.map(({ options, bytes }) => [options, bytes.toFixed(0)]),
)}

## The longest that the server was busy

The slowest command in SLOWLOG while a store does the call, with ${count(effort.blocking)} sessions. For as long as it runs,
the server answers nobody else. Where the machine interrupts the server meanwhile, that counts, too.

${blockingTable(blocking)}

## The memory of the process that reads

Resident memory of a process that opens a store, reads all sessions once, and does nothing else. \`sessions()\` iterates,
\`all()\` answers an array of all of them. connect-redis has only the latter.

${memoryTable(memory)}
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

function indexedTable(indexed: IndexedResult[]): string {
  const holdfast = [COMPARED, ...GROWTH].map((has) => `Holdfast, ${has} sessions, ms`);
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
      ...GROWTH.map((_, index) => growth[index]?.median.toFixed(2) ?? ''),
      subject.median.toFixed(1),
      spread(ratio, 0),
    ]),
  );
}

function blockingTable(blocking: BlockingResult[]): string {
  const [{ slowest } = { slowest: [] }] = blocking;
  return table(
    ['Call', ...slowest.map(({ subject }) => `${subject}, ms`)],
    blocking.map((each) => [
      `\`${each.call}\``,
      ...each.slowest.map(({ command, milliseconds }) => `${command} ${spread(milliseconds, 2)}`),
    ]),
  );
}

function memoryTable(memory: MemoryResult[]): string {
  return table(
    ['Sessions', 'Call', 'Seconds', 'Before, MB', 'Peak, MB', 'Growth, MB', 'After, MB'],
    memory.map(({ reader, sessions, reading }) => [
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
