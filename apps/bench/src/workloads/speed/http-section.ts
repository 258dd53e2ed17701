import { ratioIn, seriesOf } from '../../measuring/series.ts';
import { spreadOf } from '../../measuring/spread.ts';
import { spread, table } from '../../reporting/markdown.ts';
import { chartFile } from './charts.ts';
import { IN_MEMORY } from './contestants.ts';
import type { HttpResult, HttpRound } from './http.ts';
import { PAIRS, type Pair } from './pairs.ts';

/** Formats the section about a kind of requests, with its chart. */
export function httpSection(result: HttpResult): string {
  return `### ${result.kind}

![A bar for each store](${chartFile(result.kind)})

${figuresTable(result)}

${ratiosTable(result)}`;
}

function figuresTable({ rounds }: HttpResult): string {
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

function ratiosTable({ rounds }: HttpResult): string {
  const cell = (pair: Pair, figure: keyof HttpRound) =>
    spread(ratioIn(seriesOf(rounds, figure), ...pair), 2);
  return table(
    ['', 'Requests / s', 'CPU a request'],
    PAIRS.filter((pair) => pair.every((name) => rounds.has(name))).map((pair) => [
      pair.join(' / '),
      cell(pair, 'requestsPerSecond'),
      cell(pair, 'cpuMicroseconds'),
    ]),
  );
}
