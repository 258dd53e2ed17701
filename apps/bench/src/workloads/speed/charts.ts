import { type Series, seriesOf } from '../../measuring/series.ts';
import { spreadOf } from '../../measuring/spread.ts';
import { type Bar, barChart } from '../../reporting/bar-chart.ts';
import { size } from '../../reporting/markdown.ts';
import { type Contestant, IN_MEMORY } from './contestants.ts';
import type { Results } from './measure.ts';
import { isShown } from './shown-case.ts';

/** Returns the file name of the chart for an operation or for a kind of requests. */
export function chartFile(what: string): string {
  return `speed-${what.replace(' + ', '-')}.svg`;
}

/** Draws all charts. Returns them by file name. */
export function chartsOf({ stores, http }: Results): Record<string, string> {
  const charts: Record<string, string> = {};
  for (const { operation, rates, ...which } of stores.filter(isShown)) {
    const title = `${operation}, ${size(which.bytes)}, ${which.concurrency} at once, per second`;
    const bars = barsOf(rates).filter(({ label }) => !IN_MEMORY.includes(label));
    charts[chartFile(operation)] = barChart(title, bars);
  }
  for (const { kind, rounds } of http) {
    const title = `HTTP, ${kind}, requests per second`;
    charts[chartFile(kind)] = barChart(title, barsOf(seriesOf(rounds, 'requestsPerSecond')));
  }
  return charts;
}

function barsOf(series: Series<Contestant>): Bar[] {
  return Array.from(series, ([name, results]) => ({
    label: name,
    value: spreadOf(results).median,
    isHighlighted: name.startsWith('Holdfast'),
  }));
}
