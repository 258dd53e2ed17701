import { ratioIn, type Series, seriesOf } from '../../measuring/series.ts';
import type { Spread } from '../../measuring/spread.ts';
import type { Operation } from '../../stores/operations.ts';
import type { Contestant } from './contestants.ts';
import type { HttpKind } from './http.ts';
import type { Results } from './measure.ts';
import { BESIDE_CONNECT_REDIS } from './pairs.ts';
import { isShown } from './shown-case.ts';

/** How many times as fast as connect-redis Holdfast is, on the same client. */
export interface Speedup {
  operation: string;
  client: string;
  ratio: Spread;
}

const OPERATION_NAMES: Record<Operation, string> = {
  get: 'read a session (`get`)',
  'get + touch': 'read and touch a session (`get + touch`)',
  set: 'save a session (`set`)',
  cycle: 'read, change and save a session (`cycle`)',
  destroy: 'destroy a session (`destroy`)',
};

const REQUEST_NAMES: Record<HttpKind, string> = {
  read: 'HTTP request that reads its session',
  write: 'HTTP request that changes its session',
};

/** Returns the speedups that the page begins with, the largest first. */
export function speedupsOf({ stores, http }: Results): Speedup[] {
  const operations = stores
    .filter(isShown)
    .flatMap(({ operation, rates }) => onEachClient(OPERATION_NAMES[operation], rates));
  const requests = http.flatMap(({ kind, rounds }) =>
    onEachClient(REQUEST_NAMES[kind], seriesOf(rounds, 'requestsPerSecond')),
  );
  return [...operations, ...requests].toSorted(
    (one, other) => other.ratio.median - one.ratio.median,
  );
}

/** Summarizes the speedups in a sentence per client, such as "Holdfast on ioredis 5 is 0.9 to 1.5 times as fast as …". */
export function summaryOf(speedups: readonly Speedup[]): string {
  const sentences = Object.entries(BESIDE_CONNECT_REDIS).flatMap(([client, [, other]]) => {
    const medians = speedups.flatMap((each) => (each.client === client ? [each.ratio.median] : []));
    if (medians.length === 0) return [];
    const [store] = other.split(',');
    const [least, most] = [Math.min(...medians), Math.max(...medians)].map((each) =>
      each.toFixed(2),
    );
    return [
      `Holdfast on ${client} is ${least} to ${most} times as fast as ${store} on the same client.`,
    ];
  });
  return sentences.join('\n');
}

/** Omits a client whose stores were not measured. */
function onEachClient(operation: string, rates: Series<Contestant>): Speedup[] {
  return Object.entries(BESIDE_CONNECT_REDIS).flatMap(([client, pair]) =>
    pair.every((name) => rates.has(name))
      ? [{ operation, client, ratio: ratioIn(rates, ...pair) }]
      : [],
  );
}
