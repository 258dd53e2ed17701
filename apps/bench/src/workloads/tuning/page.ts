import type { Conditions } from '../../measuring/conditions.ts';
import { ratioIn, spreadIn } from '../../measuring/series.ts';
import { conditionsTable, size, spread, table } from '../../reporting/markdown.ts';
import type { OperationEffort, OperationResult } from '../../stores/measure-operations.ts';
import type { Results } from './measure.ts';
import { PLAIN, SETTINGS } from './settings.ts';

/** Formats the results as a page of Markdown. */
export function page(
  { clients, ...conditions }: Results & Conditions,
  { rounds, seconds }: OperationEffort,
): string {
  return `# Tuning: what settings of the client change

${conditionsTable(conditions, `${rounds} of ${seconds} s for each setting and row, after a warm-up round`)}

Holdfast runs with its default options on each client, plain and with one setting at a time. All of them run in one process
and use the same server and the same sessions: JSON of ASCII characters with a cookie that expires after a day. The settings
of a client take turns in the order A B C C B A, so that other work on the machine affects all alike. A column with a slash
is the setting's result divided by the plain client's, within a round. Above 1.00, the setting is faster. Each figure is the
median of the rounds, with the minimum and the maximum in brackets. [Speed](speed.md) explains the operations. Made by
\`pnpm bench tuning --write\`.

${Array.from(clients, ([client, results]) => clientSection(client, results)).join('\n\n')}
`;
}

function clientSection(client: string, results: OperationResult<string>[]): string {
  const settings = Object.keys(SETTINGS[client] ?? {}).filter((name) => name !== PLAIN);
  const rows = results.map(({ operation, bytes, concurrency, rates }) => [
    operation,
    size(bytes),
    String(concurrency),
    spread(spreadIn(rates, PLAIN), 0),
    ...settings.map((name) => spread(ratioIn(rates, name, PLAIN), 2)),
  ]);
  const columns = settings.map((name) => `${name} / ${PLAIN}`);
  return `## ${client}

${table(['Operation', 'Session', 'At once', `${PLAIN}, per second`, ...columns], rows)}`;
}
