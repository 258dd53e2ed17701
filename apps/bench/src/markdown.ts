import type { Circumstances, Machine } from './machine.ts';
import type { Spread } from './rounds.ts';

/** A table, of cells that are Markdown themselves. */
export function table(head: string[], rows: string[][]): string {
  const lines = [head, head.map(() => '---'), ...rows];
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

/** What a page's figures depend on, and how they were measured. */
export function circumstancesTable(
  { machine, load, tookSeconds }: Circumstances,
  rounds?: string,
): string {
  return table(
    ['', ''],
    [
      ['Machine', `${machine.cpu}, ${machine.cores} cores, redis-server on the same`],
      ['Load average', `${load[0].toFixed(2)} before, ${load[1].toFixed(2)} after`],
      ['Node', machine.node],
      ['redis-server', machine.redisServer],
      ['Packages', versions(machine)],
      ...(rounds === undefined ? [] : [['Rounds', rounds]]),
      ['The whole run', `${Math.round(tookSeconds)} s`],
    ],
  );
}

export function spread({ median, min, max }: Spread, digits: number): string {
  const [middle, low, high] = [median, min, max].map((value) => value.toFixed(digits));
  return `${middle} (${low} – ${high})`;
}

export function size(bytes: number): string {
  return bytes < 1000 ? `${bytes} B` : `${bytes / 1000} kB`;
}

export function count(value: number): string {
  return value.toLocaleString('en');
}

export function megabytes(bytes: number, digits: number): string {
  return (bytes / 1e6).toFixed(digits);
}

function versions({ packages }: Machine): string {
  const pinned = Object.entries(packages).map(([name, version]) => `${name} ${version}`);
  return ['Holdfast of this repository', ...pinned].join(', ');
}
