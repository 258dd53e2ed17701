import type { Conditions, Machine } from '../measuring/conditions.ts';
import type { Spread } from '../measuring/spread.ts';

/** Formats a table. The cells are Markdown. */
export function table(head: string[], rows: string[][]): string {
  const lines = [head, head.map(() => '---'), ...rows];
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

/** Formats what a page's figures depend on. */
export function conditionsTable(
  { machine, load, tookSeconds }: Conditions,
  rounds?: string,
): string {
  const { cpu, cores, server } = machine;
  const place = server === undefined ? '' : ', the server on the same machine';
  return table(
    ['', ''],
    [
      ['Machine', `${cpu}, ${cores} cores${place}`],
      ['Load average', `${load[0].toFixed(2)} before, ${load[1].toFixed(2)} after`],
      ['Node', machine.node],
      ...(server === undefined ? [] : [['Server', server]]),
      ['Packages', versions(machine)],
      ...(rounds === undefined ? [] : [['Rounds', rounds]]),
      ['The whole run', `${Math.round(tookSeconds)} s`],
    ],
  );
}

export function spread({ median, min, max }: Spread, digits: number): string {
  return `${median.toFixed(digits)} (${range({ min, max }, digits)})`;
}

export function range({ min, max }: Omit<Spread, 'median'>, digits: number): string {
  return `${min.toFixed(digits)} – ${max.toFixed(digits)}`;
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

export function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

function versions({ packages }: Machine): string {
  const pinned = Object.entries(packages).map(([name, version]) => `${name} ${version}`);
  return ['Holdfast of this repository', ...pinned].join(', ');
}
