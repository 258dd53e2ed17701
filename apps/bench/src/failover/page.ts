import type { Circumstances } from '../machine.ts';
import { circumstancesTable, table } from '../markdown.ts';
import type { Results } from './failover.ts';
import { type FailoverResult, PATIENCE_MS, type Pace, ROAMERS, WRITERS } from './measure.ts';

/** The results as a page of Markdown. */
export function page({ results, ...circumstances }: Results & Circumstances): string {
  const [clusters, sentinels] = (['cluster', 'sentinels'] as const).map((server) =>
    results.filter(({ client }) => client.server === server),
  );
  return `# Failover: what each client does when a master is killed

${circumstancesTable(circumstances)}

For each row a new set of servers, ${WRITERS} writers at once in one process, each of which stores one new session of 200 bytes
after the other, all in a slot of its own, with a pause of 25 ms; and ${ROAMERS} more that go from slot to slot. After two
seconds a master is ended with SIGKILL and never comes back; its replica takes over. The servers notice after 1.5 s
(\`cluster-node-timeout\`, \`down-after-milliseconds\`), where Redis's own defaults are 15 s and 30 s, and the cluster has
\`cluster-require-full-coverage no\`. One run each, so take the times for what they are: an election alone takes the
servers from half a second to a whole one.
Made by \`pnpm bench failover --write\`.

- **All works again**: from the kill until each writer whose master was killed had a set acknowledged that it began after
  the kill; "never", if not within ${PATIENCE_MS / 1000} s.
- **Longest wait**: the longest that one set took to be answered meanwhile, with success or an error.
- **Lost**: acknowledged sets of which nothing was there in the end. In brackets those that the replica had confirmed
  (WAIT) right before the kill.
- **Healthy masters**: sets in a second by the writers whose masters nobody killed, in the last second before the kill →
  from there until all worked again; and the longest that one of them took.
- **Roaming**: the same of the ${ROAMERS} writers that go from slot to slot. A writer begins no set before the last has ended,
  so each of these stops at the first slot of the dead master until its set ends, one way or the other.

## Clusters

Three masters, each with a replica. Options are the client's defaults, what [clusters](../clusters.md) recommends, or
what it says for requests that should fail at once.

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
      ...common(result),
      pace(result.healthy),
      `${result.healthyLongestWaitMs.toFixed(0)} ms`,
      pace(result.roaming),
    ]),
  );
}

function sentinelTable(results: FailoverResult[]): string {
  return table(
    ['Client', 'All works again', 'Longest wait', 'Errors', 'Lost'],
    results.map((result) => [result.client.name, ...common(result)]),
  );
}

function common({
  recoveredMs,
  longestWaitMs,
  errors,
  lost,
  lostInSync,
  acknowledged,
}: FailoverResult) {
  return [
    recoveredMs === undefined ? 'never' : seconds(recoveredMs),
    seconds(longestWaitMs),
    String([...errors.values()].reduce((sum, count) => sum + count, 0)),
    `${lost} (${lostInSync}) of ${acknowledged}`,
  ];
}

function errorTable(results: FailoverResult[]): string {
  return table(
    ['Client', 'Options', 'Times', 'Message, numbers left out'],
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

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

function pace({ before, meanwhile }: Pace): string {
  return `${before.toFixed(0)} → ${meanwhile.toFixed(0)}`;
}
