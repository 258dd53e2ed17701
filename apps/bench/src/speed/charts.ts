import { type Bar, barChart } from '../bar-chart.ts';
import { size } from '../markdown.ts';
import { spreadOf } from '../rounds.ts';
import { figuresOf, type Measured } from './comparison.ts';
import { type Contestant, IN_MEMORY } from './contestants.ts';
import type { Results } from './speed.ts';
import { AT_ONCE, type StoreCase } from './store-level.ts';

/** Of the sessions, in what is shown of one case only. */
export const SHOWN_BYTES = 200;

/** The file of an operation's chart, or of a kind of requests. */
export function chartFile(what: string): string {
  return `speed-${what.replace(' + ', '-')}.svg`;
}

/** The charts by the names of their files. */
export function chartsOf({ stores, http }: Results): Record<string, string> {
  const charts: Record<string, string> = {};
  for (const { operation, rates, ...which } of stores.filter(isShown)) {
    const title = `${operation}, ${size(which.bytes)}, ${which.concurrency} at once, per second`;
    charts[chartFile(operation)] = barChart(
      title,
      barsOf(rates).filter(({ label }) => !IN_MEMORY.includes(label)),
    );
  }
  for (const result of http) {
    const title = `HTTP, ${result.kind}, requests per second`;
    const rates = figuresOf(result.rounds, 'requestsPerSecond');
    charts[chartFile(result.kind)] = barChart(title, barsOf(rates));
  }
  return charts;
}

/** Whether a case stands for the others of its operation. */
export function isShown({ bytes, concurrency }: StoreCase): boolean {
  return bytes === SHOWN_BYTES && concurrency === AT_ONCE;
}

function barsOf(measured: Measured<Contestant>): Bar[] {
  return Array.from(measured, ([name, results]) => ({
    label: name,
    value: spreadOf(results).median,
    isMine: name.startsWith('Holdfast'),
  }));
}
