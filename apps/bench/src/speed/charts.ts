import { type Bar, barChart } from '../bar-chart.ts';
import { size } from '../markdown.ts';
import { spreadOf } from '../rounds.ts';
import type { Measured } from './comparison.ts';
import { IN_MEMORY } from './contestants.ts';
import { figuresOf } from './http-level.ts';
import type { Results } from './speed.ts';
import { AT_ONCE, type StoreCase } from './store-level.ts';

/** The case that a chart shows. */
const BYTES = 200;

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
    const rates = figuresOf(result, 'requestsPerSecond');
    charts[chartFile(result.kind)] = barChart(title, barsOf(rates));
  }
  return charts;
}

function isShown({ bytes, concurrency }: StoreCase): boolean {
  return bytes === BYTES && concurrency === AT_ONCE;
}

function barsOf(measured: Measured): Bar[] {
  return Array.from(measured, ([name, results]) => ({
    label: name,
    value: spreadOf(results).median,
    isMine: name.startsWith('Holdfast'),
  }));
}
