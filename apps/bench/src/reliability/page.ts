import type { Circumstances } from '../machine.ts';
import { circumstancesTable, table } from '../markdown.ts';
import { EVERY_MS, PATIENCE_MS, QUICK_MS, type ReliabilityResult } from './measure.ts';
import type { Results } from './reliability.ts';
import { PATIENCE_MS as VISITOR_PATIENCE_MS, VISITORS } from './visitors.ts';

/** The results as a page of Markdown. */
export function page({ results, ...circumstances }: Results & Circumstances): string {
  return `# Reliability: what visitors see while Redis is away

${circumstancesTable(circumstances)}

For each row an Express application in a process of its own, with a redis-server of its own that writes each command to its
log. ${VISITORS} visitors with a session each come in turns, one every ${EVERY_MS} ms, and every second time write; that request is answered
when the session is stored. After two seconds the fault begins, and after five more it ends. All rows of a fault are
measured at once, one run each, so take the times for what they are.
Made by \`pnpm bench reliability --write\`. [Reliability](../reliability.md) says what to make of it.

- **Server killed**: with SIGKILL; it is started again with all that it has acknowledged.
- **Server frozen**: with SIGSTOP, so that connections stay open and nothing comes back.
- **Connection half open**: all that is sent on connections that there are is lost, and neither side is told. New ones work
  at once, so that the time until all works again is how long it takes to find that out.
- **Replies late**: each by 500 ms.
- **Settings**: of the client. Recommended is what the [README](../../README.md#when-redis-is-away) says. All but the
  README of connect-redis listen to the client's \`error\`, without which node-redis ends the process.
- **Longest wait**: of a visitor for an answer, who gives up after ${VISITOR_PATIENCE_MS / 1000} s.
- **Answers**: their status and how many, from the beginning of the fault until all worked again; "none" to who gave up, and
  where there was no application any more; "waiting" who had no answer yet when the measurement ended.
- **All works again**: from the end of the fault until the first request from which on each was answered with 200 and within
  ${QUICK_MS / 1000} s; "never", if not within ${PATIENCE_MS / 1000} s.
- **Lost**: writes that were answered with 200 and are not in Redis in the end.

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

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
