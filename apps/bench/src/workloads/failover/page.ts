import type { Conditions } from '../../measuring/conditions.ts';
import { conditionsTable, seconds, table } from '../../reporting/markdown.ts';
import type { FailoverEffort, FailoverResult, Pace, Results } from './measure.ts';
import { PAUSE_MS } from './writer.ts';

/** Formats the results as a page of Markdown. */
export function page(
  { results, ...conditions }: Results & Conditions,
  { settledWriters, roamingWriters, beforeMs, patienceMs }: FailoverEffort,
): string {
  const [clusters, sentinels] = (['cluster', 'sentinels'] as const).map((server) =>
    results.filter(({ client }) => client.server === server),
  );
  return `# Failover: what each client does when a master is killed

${conditionsTable(conditions)}

Each row uses new servers. ${settledWriters} writers in one process each store one new session of 200 bytes after the other, with a
pause of ${PAUSE_MS} ms, all in the writer's own slot. ${roamingWriters} more writers go from slot to slot. After ${beforeMs / 1000} s, SIGKILL ends a
master for good, and its replica takes over. The servers notice after 1.5 s (\`cluster-node-timeout\`,
\`down-after-milliseconds\`). Redis's defaults are 15 s and 30 s. The cluster has \`cluster-require-full-coverage no\`. Each
row ran only once, so the times are rough: an election alone takes the servers half a second to a second.
Made by \`pnpm bench failover --write\`.

- **All works again**: from the kill until each writer of the killed master had an acknowledged set that began after the
  kill. "Never" means not within ${patienceMs / 1000} s.
- **Longest wait**: how long the slowest set took during this time, with success or an error.
- **Lost**: acknowledged sets whose session does not exist in the end. The number in brackets counts those that the
  replica had confirmed (WAIT) directly before the kill.
- **Healthy masters**: sets per second by the writers of the other masters, in the last ${beforeMs / 2000} s before the kill → from
  there until everything worked again. Then the slowest of these sets.
- **Roaming**: the same for the ${roamingWriters} writers that go from slot to slot. A writer begins no set before the last one
  has ended. So each of them stops at the first slot of the dead master until its set ends, with success or an error.

## Clusters

Three masters, each with a replica. Options are the client's defaults, the options that [clusters](../clusters.md)
recommends, or those that it recommends for requests that should fail at once.

${clusterTable(clusters ?? [])}

## Sentinels

One master, one replica, three sentinels. Options are the client's defaults.

${sentinelTable(sentinels ?? [])}

## Errors

${errorTable(results)}
`;
}

function clusterTable(results: FailoverResult[]): string {
  return table(
    [
      'Client',
      'Options',
      'All works again',
      'Longest wait',
      'Errors',
      'Lost',
      'Healthy masters, sets / s',
      'Their longest wait',
      'Roaming, sets / s',
    ],
    results.map((result) => [
      result.client.name,
      result.client.options,
      ...commonCells(result),
      pace(result.healthy),
      `${result.healthyLongestWaitMs.toFixed(0)} ms`,
      pace(result.roaming),
    ]),
  );
}

function sentinelTable(results: FailoverResult[]): string {
  return table(
    ['Client', 'All works again', 'Longest wait', 'Errors', 'Lost'],
    results.map((result) => [result.client.name, ...commonCells(result)]),
  );
}

function commonCells({
  recoveredMs,
  longestWaitMs,
  errors,
  lost,
  lostInSync,
  acknowledged,
}: FailoverResult): string[] {
  return [
    recoveredMs === undefined ? 'never' : seconds(recoveredMs),
    seconds(longestWaitMs),
    String([...errors.values()].reduce((sum, count) => sum + count, 0)),
    `${lost} (${lostInSync}) of ${acknowledged}`,
  ];
}

function errorTable(results: FailoverResult[]): string {
  return table(
    ['Client', 'Options', 'Times', 'Message without numbers'],
    results.flatMap(({ client, errors }) =>
      [...errors].map(([message, times]) => [
        `${client.name}, ${client.server}`,
        client.options,
        String(times),
        message.replaceAll('|', '\\|'),
      ]),
    ),
  );
}

function pace({ before, during }: Pace): string {
  return `${before.toFixed(0)} → ${during.toFixed(0)}`;
}
