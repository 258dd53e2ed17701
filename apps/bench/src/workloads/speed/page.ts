import type { Conditions } from '../../measuring/conditions.ts';
import { conditionsTable, count, range, size, spread, table } from '../../reporting/markdown.ts';
import { AT_ONCE } from '../../stores/measure-operations.ts';
import { OPERATIONS } from '../../stores/operations.ts';
import { type Speedup, speedupsOf, summaryOf } from './headline.ts';
import { CONNECTIONS } from './http-load.ts';
import { httpSection } from './http-section.ts';
import type { Results, SpeedEffort } from './measure.ts';
import { isShown, SHOWN_BYTES } from './shown-case.ts';
import { commandsTable, memoryTable, operationSection } from './store-section.ts';
import { type Target, targetsOf } from './targets.ts';
import { REMEMBERED } from './touch-memory.ts';

/** Formats the results as a page of Markdown. */
export function page(
  { stores, memory, http, ...conditions }: Results & Conditions,
  effort: SpeedEffort,
): string {
  const results = { stores, memory, http };
  const speedups = speedupsOf(results);
  return `# Speed: what a session costs

${summaryOf(speedups)}
Sessions have ${SHOWN_BYTES} bytes, and ${AT_ONCE} operations or requests run at the same time.

${speedupTable(speedups)}

Above 1.00, Holdfast is faster. Below 1.00, it is slower. A spread that includes 1.00 shows no clear difference. The
results for larger sessions and for one operation at a time differ, and are [below](#the-store-alone).

## How it was measured

${conditionsTable(conditions, roundsOf(effort))}

All stores and clients have their default options, and use the same server and the same sessions: JSON of ASCII characters
with a cookie that expires after a day. They take turns in the order A B C C B A, so that other work on the machine affects
all alike. Ratios compare two stores within a round. Each figure is the median of the rounds. Brackets, and the columns named
"Spread", show the minimum and the maximum. Made by \`pnpm bench speed --write\`.

"Bare" is the limit for any session store: it uses only the client's GET, SET and DEL with \`JSON.parse\` and
\`JSON.stringify\`, and is called in the same way as the others. By default, node-redis 6 sets a timer for every command.
Holdfast turns this timer off for its own commands, and "no timer" turns it off for the bare client. memorystore and
MemoryStore keep sessions in their own process and do not use Redis.

Holdfast skips a touch if the same process wrote the session less than \`touchAfter\` ago (by default 1 % of the session's
life, at most 60 s). That applies to most touches here. A touch that is due costs one more command.

## The store alone

Operations per second. All stores run in one process and are called with callbacks, as express-session calls them. The charts
show sessions of ${SHOWN_BYTES} bytes, ${AT_ONCE} operations at once. They omit the stores that do not use Redis, because those bars would
dwarf the others.

${OPERATIONS.map((operation) => operationSection(operation, stores, effort)).join('\n\n')}

### Commands

How many commands a client sent per operation, with sessions of ${size(SHOWN_BYTES)}, ${AT_ONCE} at once. INFO commandstats counts them, without
those that scripts run.

${commandsTable(stores.filter(isShown))}

## The memory of remembered touches

To know which touches it can skip, a store remembers the sessions that it wrote last, at most ${count(REMEMBERED)}. The table shows how
much the heap of a process grows after it opens a store and a client, after garbage collection. Forgotten sessions leave
gaps in a hash table, which doubles once for them and then keeps its size. With \`touchAfter: 0\`, a store remembers nothing.

${memoryTable(memory)}

## HTTP

Each store serves Express 5 with express-session (\`resave: false\`, \`saveUninitialized: false\`, a cookie for a day) in its own
process. Holdfast's applications use \`saveBeforeResponse\`, as its README says, so they answer when the session is stored. The others answer
before that. autocannon runs in the process of the bench, with ${CONNECTIONS} connections that each have a session of ${SHOWN_BYTES} bytes. Server,
autocannon and redis-server share the cores. CPU is the user and system time of the server's process. Memory is its resident
memory after the round. Commands are counted as above.

${http.map(httpSection).join('\n\n')}

## For contributors: targets

These are the project's own goals. A target is reached if the median reaches it.

${targetsTable(targetsOf(results))}
`;
}

function roundsOf({ rounds, seconds, requests }: SpeedEffort): string {
  return `${rounds} of ${seconds} s for each store and row, and of ${requests} requests over HTTP, after a warm-up round`;
}

function speedupTable(speedups: Speedup[]): string {
  return table(
    ['Operation', 'Client', 'Times as fast', 'Spread'],
    speedups.map(({ operation, client, ratio }) => [
      operation,
      client,
      ratio.median.toFixed(2),
      range(ratio, 2),
    ]),
  );
}

function targetsTable(targets: Target[]): string {
  return table(
    ['Store', 'What', 'Target', 'Measured', 'Reached'],
    targets.map(({ name, what, goal, measured, isReached }) => [
      name,
      what,
      goal,
      spread(measured, 2),
      isReached ? 'yes' : 'no',
    ]),
  );
}
