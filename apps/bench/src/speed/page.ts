import type { Circumstances } from '../machine.ts';
import { circumstancesTable, count, megabytes, size, spread, table } from '../markdown.ts';
import { spreadOf } from '../rounds.ts';
import { chartFile, isShown, SHOWN_BYTES } from './charts.ts';
import { figuresOf, ratioOf, resultOf } from './comparison.ts';
import { CONTESTANTS, type Contestant, IN_MEMORY } from './contestants.ts';
import type { HttpResult, HttpRound } from './http-level.ts';
import { CONNECTIONS } from './load.ts';
import { OPERATIONS, type Operation } from './operations.ts';
import type { Results, SpeedEffort } from './speed.ts';
import { AT_ONCE, type StoreResult } from './store-level.ts';
import { type Target, targetsOf } from './targets.ts';
import { bytesPerTouch, REMEMBERED, type TouchMemory } from './touch-memory.ts';

type Pair = [mine: Contestant, other: Contestant];

/** Whom Holdfast is compared with on the same client. */
const PAIRS: Pair[] = [
  ['Holdfast, node-redis 6', 'connect-redis 10, node-redis 6'],
  ['Holdfast, node-redis 6', 'bare node-redis 6'],
  ['Holdfast, node-redis 6', 'bare node-redis 6, no timer'],
  ['Holdfast, ioredis 5', 'connect-redis 8, ioredis 5'],
  ['Holdfast, ioredis 5', 'bare ioredis 5'],
];

const WHAT: Record<Operation, string> = {
  get: '`store.get`.',
  'get + touch':
    '`store.get`, `createSession`, `session.touch()` and `store.touch`: a request that only reads. The bare clients send nothing for the touch.',
  set: 'One field changed, `session.touch()` and `store.set` of a session that was loaded before the time began, so that Holdfast stores it by compare-and-set.',
  cycle:
    '`store.get`, `createSession`, one field changed, `session.touch()` and `store.set`: a request that writes.',
  destroy:
    '`store.destroy` of a session that is there; 1024 of them in a turn, however long it takes.',
};

/** The results as a page of Markdown. */
export function page(
  { stores, memory, http, ...circumstances }: Results & Circumstances,
  effort: SpeedEffort,
): string {
  return `# Speed: what a session costs

${circumstancesTable(circumstances, rounds(effort))}

All take part with the default options of store and client, on the same server and with the same sessions: JSON of ASCII characters, with a
cookie that lives a day. They take turns, A B C C B A, so that whatever else the machine does meets all alike; ratios
compare two within a round. Each figure is the median of the rounds, with their minimum and maximum where there are any in
brackets. Made by \`pnpm bench speed --write\`.

"Bare" is the limit: a session store of nothing but the client's GET, SET and DEL with \`JSON.parse\` and \`JSON.stringify\`,
called as all others are. node-redis 6 by default sets a timer for every command, which Holdfast turns off for its own;
"no timer" is the same for the bare client. memorystore and MemoryStore keep sessions in their own process and ask no Redis.

Holdfast leaves out a touch within a minute of what the same process last wrote of the session (\`touchAfter\`: 1 % of its life, at
most 60 s), which is most of the touches here. One that is due is a command more.

## Targets

A target is reached where the median is.

${targetsTable(targetsOf({ stores, memory, http }))}

## The store alone

Operations per second, all stores in one process, called with callbacks as express-session does. The charts are of sessions
of 200 bytes, ${AT_ONCE} at once, and leave those out that ask no Redis, whose bars would dwarf the others.

${OPERATIONS.map((operation) => operationPart(operation, stores)).join('\n\n')}

### Commands

What a client sent for an operation, with sessions of ${size(SHOWN_BYTES)}, ${AT_ONCE} at once, by INFO commandstats without what a
script runs.

${commandsTable(stores.filter(isShown))}

## The memory of remembered touches

To know which touches it may leave out, a store remembers the sessions that it wrote last, ${count(REMEMBERED)} at most. So much
has the heap of a process of its own grown, after garbage collection, since before the store and its client were made.
What is forgotten leaves gaps in a hash table, which doubles once for them and never again. With \`touchAfter: 0\`, a
store remembers nothing.

${memoryTable(memory)}

## HTTP

Express 5 with express-session (\`resave: false\`, \`saveUninitialized: false\`, a cookie for a day) in a process of its own
for each store; autocannon in this one, with ${CONNECTIONS} connections of which each has a session of 200 bytes. Server, autocannon and
redis-server share the cores. CPU is the server process's, user and system; memory is its resident memory after the round.
Commands are counted as above.

${http.map((result) => httpPart(result)).join('\n\n')}
`;
}

function rounds({ rounds, seconds, requests }: SpeedEffort): string {
  return `${rounds} of ${seconds} s for each store and row, and of ${requests} requests over HTTP, after one to warm up`;
}

function targetsTable(targets: Target[]): string {
  return table(
    ['Store', 'What', 'Target', 'Measured', 'Reached'],
    targets.map(({ name, what, asked, measured, isReached }) => [
      name,
      what,
      asked,
      spread(measured, 2),
      isReached ? 'yes' : 'no',
    ]),
  );
}

function operationPart(operation: Operation, results: StoreResult<Contestant>[]): string {
  const mine = results.filter((result) => result.operation === operation);
  return `### ${operation}

${WHAT[operation]}

![A bar for each store](${chartFile(operation)})

${ratesTable(mine)}

${ratiosTable(mine)}`;
}

function ratesTable(results: StoreResult<Contestant>[]): string {
  return table(
    ['Session', 'At once', ...CONTESTANTS],
    results.map(({ bytes, concurrency, rates }) => [
      size(bytes),
      String(concurrency),
      ...CONTESTANTS.map((name) => resultOf(rates, name).median.toFixed(0)),
    ]),
  );
}

function ratiosTable(results: StoreResult<Contestant>[]): string {
  return table(
    ['Session', 'At once', ...PAIRS.map((pair) => pair.join(' / '))],
    results.map(({ bytes, concurrency, rates }) => [
      size(bytes),
      String(concurrency),
      ...PAIRS.map((pair) => spread(ratioOf(rates, ...pair), 2)),
    ]),
  );
}

function commandsTable(results: StoreResult<Contestant>[]): string {
  const asking = CONTESTANTS.filter((name) => !IN_MEMORY.includes(name));
  return table(
    ['Operation', ...asking],
    results.map(({ operation, commands }) => [
      operation,
      ...asking.map((name) => resultOf(commands, name).median.toFixed(2)),
    ]),
  );
}

function memoryTable(memory: TouchMemory[]): string {
  return table(
    ['Sessions saved', 'Heap, MB', 'With `touchAfter: 0`, MB', 'Bytes a remembered touch'],
    memory.map((each) => [
      count(each.sessions),
      megabytes(each.remembering, 1),
      megabytes(each.forgetting, 1),
      bytesPerTouch(each).toFixed(0),
    ]),
  );
}

function httpPart(result: HttpResult): string {
  return `### ${result.kind}

![A bar for each store](${chartFile(result.kind)})

${httpTable(result)}

${httpRatiosTable(result)}`;
}

function httpTable({ rounds }: HttpResult): string {
  return table(
    ['Store', 'Requests / s', 'CPU, µs a request', 'Commands a request', 'Memory, MB'],
    Array.from(rounds, ([name, each]) => {
      const cell = (figure: keyof HttpRound, digits: number) =>
        spread(spreadOf(each.map((round) => round[figure])), digits);
      return [
        name,
        cell('requestsPerSecond', 0),
        cell('cpuMicroseconds', 0),
        IN_MEMORY.includes(name) ? '' : cell('commandsPerRequest', 2),
        cell('memoryMegabytes', 0),
      ];
    }),
  );
}

function httpRatiosTable(result: HttpResult): string {
  const cell = (pair: Pair, figure: keyof HttpRound) =>
    spread(ratioOf(figuresOf(result.rounds, figure), ...pair), 2);
  return table(
    ['', 'Requests / s', 'CPU a request'],
    PAIRS.filter((pair) => pair.every((name) => result.rounds.has(name))).map((pair) => [
      pair.join(' / '),
      cell(pair, 'requestsPerSecond'),
      cell(pair, 'cpuMicroseconds'),
    ]),
  );
}
