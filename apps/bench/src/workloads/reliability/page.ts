import type { Conditions } from '../../measuring/conditions.ts';
import { VISITOR_PATIENCE_MS, VISITORS } from '../../outages/visitors.ts';
import { conditionsTable, seconds, table } from '../../reporting/markdown.ts';
import {
  QUICK_MS,
  type ReliabilityEffort,
  type ReliabilityResult,
  type Results,
} from './measure.ts';

/** Formats the results as a page of Markdown. */
export function page(
  { results, ...conditions }: Results & Conditions,
  { beforeMs, faultMs, everyMs, patienceMs }: ReliabilityEffort,
): string {
  return `# Reliability: what visitors see during an outage of Redis

${conditionsTable(conditions)}

Each row is an Express application in its own process, with its own redis-server that logs each command to disk.
${VISITORS} visitors, each with a session, take turns: a request comes every ${everyMs} ms. Every second request writes, and the
application answers it after it has saved the session. The fault begins after ${beforeMs / 1000} s and lasts ${faultMs / 1000} s. All rows of a
fault ran at the same time, and only once, so the times are rough.
Made by \`pnpm bench reliability --write\`. [Reliability](../reliability.md) explains the results.

- **Server killed**: with SIGKILL. It starts again with everything that it acknowledged.
- **Server frozen**: with SIGSTOP. Connections stay open, but no reply comes.
- **Connection half open**: the network drops everything on the existing connections and tells neither side. New
  connections work at once. The recovery time is the time that a client needs to notice.
- **Replies late**: each by 500 ms.
- **Settings**: of the client. "Recommended" means the settings that the documentation recommends for outages. Every row
  except "as in its README" has a listener for the client's \`error\` event. Without one, node-redis ends the process.
- **Longest wait**: how long a visitor waited for an answer. Visitors give up after ${VISITOR_PATIENCE_MS / 1000} s.
- **Answers**: how many answers had each status, from the beginning of the fault until everything worked again. "None"
  means that the visitor gave up or that the application had ended. "Waiting" means that the measurement ended before an
  answer came.
- **All works again**: from the end of the fault until the first request after which every answer was 200 and took at
  most ${QUICK_MS / 1000} s. "Never" means not within ${patienceMs / 1000} s.
- **Lost**: writes that were answered with 200 but are not in Redis in the end.

${resultTable(results)}
`;
}

export function resultTable(results: ReliabilityResult[]): string {
  return table(
    [
      'Fault',
      'Store',
      'Client',
      'Settings',
      'Longest wait',
      'Answers',
      'All works again',
      'Lost',
      'Process',
    ],
    results.map(({ fault, contestant, ...result }) => [
      fault.name,
      contestant.store,
      contestant.client,
      contestant.settings,
      seconds(result.longestWaitMs),
      Array.from(result.answers, ([answer, count]) => `${count} × ${answer}`).join(', '),
      result.recoveredMs === undefined ? 'never' : seconds(result.recoveredMs),
      `${result.lost} of ${result.acknowledged}`,
      result.hasDied ? 'died' : 'lived',
    ]),
  );
}
