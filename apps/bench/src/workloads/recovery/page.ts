import { AWAY_MS } from '@holdfast/test-servers';
import type { Conditions } from '../../measuring/conditions.ts';
import { conditionsTable, table } from '../../reporting/markdown.ts';
import { PAUSE_MS } from '../failover/writer.ts';
import type { RecoveryEffort, RecoveryResult, Results } from './measure.ts';

/** Formats the results as a page of Markdown. */
export function page(
  { results, ...conditions }: Results & Conditions,
  effort: RecoveryEffort,
): string {
  const { writers, rounds, patienceMs, beforeMs, afterMs } = effort;
  const hasNamespaces = results.every(({ network }) => network === 'namespaces');
  return `# Recovery: how long a client needs after a server is killed, silent, or partitioned

${conditionsTable(conditions, String(rounds))}

Every server runs on a machine of its own: ${hasNamespaces ? 'a network namespace, whose link is cut' : 'here a proxy in front of the server, which holds back what is sent'}. Each row uses new servers. The clients use them
at the same time, each with ${writers} writers that store one new session after the other, with a pause of ${PAUSE_MS} ms, all on
the server that fails after ${beforeMs / 1000} s. The other servers notice after 1.5 s (\`cluster-node-timeout\`,
\`down-after-milliseconds\`), and a replica has taken over one to two seconds later. Redis's defaults are 15 s and 30 s.
Made by \`pnpm bench recovery --write\`.

- **killed**: SIGKILL ends the process, and its machine closes the connections. A single server starts again after ${AWAY_MS / 1000} s.
- **silent**: the machine vanishes. It closes no connection, and refuses none. A single one is back after ${AWAY_MS / 1000} s, as
  after a reboot. One of the three sentinels is on this machine, and the first that the clients ask.
- **partitioned**: the link of the machine is down for ${AWAY_MS / 1000} s. Its process goes on.

The seconds are from the fault, or with one server from its return, until each of the client's writers had an
acknowledged set that began after that: the longest of ${rounds} rounds. "Never" means not within ${patienceMs / 1000} s. In brackets: how many, in all rounds,
acknowledged sets were lost, of those acknowledged after the fault began and until ${afterMs / 1000} s after all clients worked again. The sentinels' servers
also run with \`min-replicas-to-write 1\` and \`min-replicas-max-lag 2\`. "Default" are the
client's default options, "recommended" those of [the table](../reliability.md#the-recommended-options).

${recoveryTable(results, effort)}
`;
}

/** One row for each client and topology, one column for each fault. */
export function recoveryTable(
  results: RecoveryResult[],
  { clients, topologies, faults }: RecoveryEffort,
  options?: 'recommended',
): string {
  const shown = clients.filter((client) => options === undefined || client.options === options);
  const rows = topologies.flatMap((topology) =>
    shown.map((client) => [
      client.name,
      ...(options === undefined ? [client.options] : []),
      topology,
      ...faults.map((fault) =>
        cell(
          results.filter(
            (result) =>
              result.client === client && result.topology === topology && result.fault === fault,
          ),
        ),
      ),
    ]),
  );
  const head = ['Client', ...(options === undefined ? ['Options'] : []), 'Servers', ...faults];
  return table(head, rows);
}

function cell(results: RecoveryResult[]): string {
  const longest = Math.max(...results.map(({ recoveredMs }) => recoveredMs));
  const lost = results.reduce((sum, { lostAfterward }) => sum + lostAfterward, 0);
  const time = Number.isFinite(longest) ? `${(longest / 1000).toFixed(1)} s` : 'never';
  return lost === 0 ? time : `${time} (${lost} lost)`;
}
