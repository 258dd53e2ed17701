import type { Circumstances } from '../machine.ts';
import { circumstancesTable, size, spread, table } from '../markdown.ts';
import { ratioOf, resultOf } from '../speed/comparison.ts';
import type { StoreEffort, StoreResult } from '../speed/store-level.ts';
import { CLIENTS, PLAIN } from './clients.ts';
import type { Results } from './tuning.ts';

/** The results as a page of Markdown. */
export function page(
  { clients, ...circumstances }: Results & Circumstances,
  { rounds, seconds }: StoreEffort,
): string {
  return `# Tuning: what settings bring

${circumstancesTable(circumstances, `${rounds} of ${seconds} s for each setting and row, after one to warm up`)}

Holdfast with its default options on each client, plain and with one setting at a time, all in one process, on the same
server and with the same sessions: JSON of ASCII characters, with a cookie that lives a day. The settings of a client take
turns, A B C C B A, so that whatever else the machine does meets all alike. Columns with a / are multiples of what the
plain client does, within a round: above 1.00, the setting is quicker. Each figure is the median of the rounds, with their
minimum and maximum. [Speed](speed.md) says what the operations are. Made by \`pnpm bench tuning --write\`.

${Array.from(clients, ([client, results]) => clientPart(client, results)).join('\n\n')}
`;
}

function clientPart(client: string, results: StoreResult<string>[]): string {
  const settings = Object.keys(CLIENTS[client] ?? {}).filter((name) => name !== PLAIN);
  const rows = results.map(({ operation, bytes, concurrency, rates }) => [
    operation,
    size(bytes),
    String(concurrency),
    spread(resultOf(rates, PLAIN), 0),
    ...settings.map((name) => spread(ratioOf(rates, name, PLAIN), 2)),
  ]);
  const columns = settings.map((name) => `${name} / ${PLAIN}`);
  return `## ${client}

${table(['Operation', 'Session', 'At once', `${PLAIN}, per second`, ...columns], rows)}`;
}
