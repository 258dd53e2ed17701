import type { Conditions } from '../../measuring/conditions.ts';
import { ratioIn, seriesOf, spreadIn } from '../../measuring/series.ts';
import type { Spread } from '../../measuring/spread.ts';
import { conditionsTable, spread, table } from '../../reporting/markdown.ts';
import type { PartResult, Results } from './measure.ts';
import type { PartsEffort } from './part.ts';

/** Formats the results as a page of Markdown. */
export function page(
  { parts, ...conditions }: Results & Conditions,
  { rounds, seconds }: PartsEffort,
): string {
  return `# Parts: the code that core has of its own, beside what could replace it

${conditionsTable(conditions, `${rounds} of ${seconds} s of CPU time for each contestant, after as long a warm-up`)}

Each table has a part of \`packages/core\` in its first row, and below it what could replace that part. In each round, each
of them runs in a new process. The processes take turns with short samples, so that other work on the machine affects all
alike. The CPU time is that of one step, and includes all threads of the process, such as those for garbage collection. Where
a part is called from other work, "more than" is its CPU time without that work. A ratio compares with the first row, within a
round. Each figure is the median of the rounds, with the minimum and the maximum in brackets. Made by
\`pnpm bench parts --write\`.

${parts.map(section).join('\n\n')}
`;
}

function section({ name: part, about, rounds }: PartResult): string {
  const [own = ''] = rounds.keys();
  const figures = Object.keys(rounds.get(own)?.[0] ?? {});
  const columns = figures.map((figure) => ({
    digits: figure.endsWith('ns') ? 0 : 1,
    series: seriesOf(rounds, figure),
  }));
  const rows = Array.from(rounds.keys(), (name) => [
    name,
    ...columns.flatMap(({ digits, series }) => [
      cell(spreadIn(series, name), digits),
      name === own ? '' : cell(ratioIn(series, name, own), 2),
    ]),
  ]);
  return `## ${part}

${about}

${table(['', ...figures.flatMap((figure) => [figure, '/ first row'])], rows)}`;
}

/** Empty if the contestant has no such figure. */
function cell(figure: Spread, digits: number): string {
  return Number.isNaN(figure.median) ? '' : spread(figure, digits);
}
