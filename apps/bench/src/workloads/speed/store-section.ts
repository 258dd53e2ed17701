import { ratioIn, spreadIn } from '../../measuring/series.ts';
import { count, megabytes, size, spread, table } from '../../reporting/markdown.ts';
import type { OperationResult } from '../../stores/measure-operations.ts';
import type { Operation } from '../../stores/operations.ts';
import { chartFile } from './charts.ts';
import { CONTESTANTS, type Contestant, IN_MEMORY } from './contestants.ts';
import type { SpeedEffort } from './measure.ts';
import { PAIRS } from './pairs.ts';
import { bytesPerTouch, type TouchMemory } from './touch-memory.ts';

/** Formats the section about an operation, with its chart. */
export function operationSection(
  operation: Operation,
  results: OperationResult<Contestant>[],
  effort: SpeedEffort,
): string {
  const mine = results.filter((result) => result.operation === operation);
  return `### ${operation}

${descriptionOf(operation, effort)}

![A bar for each store](${chartFile(operation)})

${ratesTable(mine)}

${ratiosTable(mine)}`;
}

export function commandsTable(results: OperationResult<Contestant>[]): string {
  const onRedis = CONTESTANTS.filter((name) => !IN_MEMORY.includes(name));
  return table(
    ['Operation', ...onRedis],
    results.map(({ operation, commands }) => [
      operation,
      ...onRedis.map((name) => spreadIn(commands, name).median.toFixed(2)),
    ]),
  );
}

export function memoryTable(memory: TouchMemory[]): string {
  return table(
    ['Sessions saved', 'Heap, MB', 'With `touchAfter: 0`, MB', 'Bytes a remembered touch'],
    memory.map((each) => [
      count(each.sessions),
      megabytes(each.remembering, 1),
      megabytes(each.forgetting, 1),
      bytesPerTouch(each).toFixed(0),
    ]),
  );
}

function descriptionOf(operation: Operation, { stock }: SpeedEffort): string {
  const descriptions: Record<Operation, string> = {
    get: '`store.get`.',
    'get + touch':
      '`store.get`, `createSession`, `session.touch()` and `store.touch`, as in a request that only reads. The bare clients send nothing for the touch.',
    set: 'One changed field, `session.touch()` and `store.set` of a session that was loaded before the measurement, so that Holdfast stores it by compare-and-set.',
    cycle:
      '`store.get`, `createSession`, one changed field, `session.touch()` and `store.set`, as in a request that writes.',
    destroy: `\`store.destroy\` of sessions that exist: ${stock} of them in a turn, without a time limit.`,
  };
  return descriptions[operation];
}

function ratesTable(results: OperationResult<Contestant>[]): string {
  return table(
    ['Session', 'At once', ...CONTESTANTS],
    results.map(({ bytes, concurrency, rates }) => [
      size(bytes),
      String(concurrency),
      ...CONTESTANTS.map((name) => spreadIn(rates, name).median.toFixed(0)),
    ]),
  );
}

function ratiosTable(results: OperationResult<Contestant>[]): string {
  return table(
    ['Session', 'At once', ...PAIRS.map((pair) => pair.join(' / '))],
    results.map(({ bytes, concurrency, rates }) => [
      size(bytes),
      String(concurrency),
      ...PAIRS.map((pair) => spread(ratioIn(rates, ...pair), 2)),
    ]),
  );
}
