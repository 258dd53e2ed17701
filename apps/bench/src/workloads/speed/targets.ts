import { ratioIn, type Series, seriesOf, spreadIn } from '../../measuring/series.ts';
import { type Spread, spreadOf } from '../../measuring/spread.ts';
import { count, size } from '../../reporting/markdown.ts';
import { AT_ONCE } from '../../stores/measure-operations.ts';
import type { Operation } from '../../stores/operations.ts';
import type { Contestant } from './contestants.ts';
import type { HttpKind, HttpRound } from './http.ts';
import type { Results } from './measure.ts';
import { bytesPerTouch, type TouchMemory } from './touch-memory.ts';

/** A target for the contributors to Holdfast, and whether it is reached. */
export interface Target {
  name: Contestant;
  what: string;
  goal: string;
  measured: Spread;
  isReached: boolean;
}

/** With sessions of this size, Holdfast should be `atLeast` times as fast as another store. */
type StoreTarget = [operation: Operation, bytes: number, atLeast: number, other: Contestant];

interface Versus {
  holdfast: Contestant;
  other: Contestant;
  atLeast: number;
}

const ON_NODE_REDIS: StoreTarget[] = [
  ['get', 200, 2.3, 'connect-redis 10, node-redis 6'],
  ['get', 200, 0.85, 'bare node-redis 6, no timer'],
  ['get + touch', 200, 4, 'connect-redis 10, node-redis 6'],
  ['set', 200, 1.3, 'connect-redis 10, node-redis 6'],
  ['set', 200, 0.6, 'bare node-redis 6, no timer'],
  ['set', 2000, 1.3, 'connect-redis 10, node-redis 6'],
  ['set', 2000, 0.6, 'bare node-redis 6, no timer'],
];

const ON_IOREDIS: StoreTarget[] = [
  ['get', 200, 0.85, 'bare ioredis 5'],
  ['get + touch', 200, 0.85, 'bare ioredis 5'],
  ['set', 200, 0.6, 'bare ioredis 5'],
  ['set', 2000, 0.6, 'bare ioredis 5'],
];

const BYTES_PER_TOUCH = 200;

export function targetsOf(results: Results): Target[] {
  return [
    ...ON_NODE_REDIS.map((target) => storeTarget(results, 'Holdfast, node-redis 6', target)),
    ...ON_IOREDIS.map((target) => storeTarget(results, 'Holdfast, ioredis 5', target)),
    ...results.memory.map(memoryTarget),
    httpTarget(results, 'read', 1.2),
    commandsTarget(results, 'Holdfast, node-redis 6', 1),
    commandsTarget(results, 'connect-redis 10, node-redis 6', 2),
    httpTarget(results, 'write', 1),
  ];
}

function storeTarget(
  { stores }: Results,
  holdfast: Contestant,
  [operation, bytes, atLeast, other]: StoreTarget,
): Target {
  const result = stores.find(
    (each) => each.operation === operation && each.bytes === bytes && each.concurrency === AT_ONCE,
  );
  const what = `${operation}, ${size(bytes)}, ${AT_ONCE} at once`;
  return ratioTarget(what, result?.rates ?? new Map(), { holdfast, other, atLeast });
}

function memoryTarget(memory: TouchMemory): Target {
  const bytes = bytesPerTouch(memory);
  return {
    name: 'Holdfast, node-redis 6',
    what: `memory per remembered touch, ${count(memory.sessions)} sessions saved`,
    goal: `≤ ${BYTES_PER_TOUCH} B`,
    measured: spreadOf([bytes]),
    isReached: bytes <= BYTES_PER_TOUCH,
  };
}

function httpTarget(results: Results, kind: HttpKind, atLeast: number): Target {
  const rates = httpSeries(results, kind, 'requestsPerSecond');
  const holdfast = 'Holdfast, node-redis 6';
  const other = 'connect-redis 10, node-redis 6';
  return ratioTarget(`HTTP, ${kind}`, rates, { holdfast, other, atLeast });
}

function ratioTarget(
  what: string,
  rates: Series<Contestant>,
  { holdfast, other, atLeast }: Versus,
): Target {
  const measured = ratioIn(rates, holdfast, other);
  const goal = `≥ ${atLeast} × ${other}`;
  return { name: holdfast, what, goal, measured, isReached: measured.median >= atLeast };
}

function commandsTarget(results: Results, name: Contestant, commands: number): Target {
  const measured = spreadIn(httpSeries(results, 'read', 'commandsPerRequest'), name);
  return {
    name,
    what: 'HTTP, read, commands a request',
    goal: commands.toFixed(2),
    measured,
    isReached: measured.median.toFixed(2) === commands.toFixed(2),
  };
}

function httpSeries({ http }: Results, kind: HttpKind, figure: keyof HttpRound) {
  const result = http.find((each) => each.kind === kind);
  return result === undefined ? new Map<Contestant, number[]>() : seriesOf(result.rounds, figure);
}
