import { parseArgs } from 'node:util';
import type { Effort } from './cycle.ts';

const WORKLOADS = ['concurrency', 'failover'] as const;

export type Workload = (typeof WORKLOADS)[number];

export interface Options extends Effort {
  workload: Workload;
  help: boolean;
  write: boolean;
  smoke: boolean;
}

export const USAGE = `Usage: pnpm bench [workload] [options]

Measures Holdfast beside connect-redis and prints the results as Markdown. Workloads:

  concurrency         what it costs to lose nothing when requests run at the same time; the default
  failover            what each client does when the master of a cluster or of sentinels is killed

Options:

  --rounds <number>   concurrency: how many rounds count, after one for warming up; default 15
  --seconds <number>  concurrency: how long each store runs in a round; default 0.5
  --smoke             only to see whether it runs: 3 rounds of 0.05 seconds, or few of the clients
  --write             also write the results to docs/benchmarks
  --help              print this
`;

const EARNEST: Effort = { rounds: 15, seconds: 0.5 };
const SMOKE: Effort = { rounds: 3, seconds: 0.05 };

/** A command line that makes no sense, in one line for the person who typed it. */
export class WrongUsage extends Error {}

/** @throws WrongUsage */
export function readOptions(args: string[]): Options {
  const { values, positionals } = parsed(args);
  const { help = false, write = false, smoke = false, rounds, seconds } = values;
  if (write && smoke) throw new WrongUsage('A smoke run measures nothing worth a --write.');
  const defaults = smoke ? SMOKE : EARNEST;
  return {
    workload: workloadOf(positionals),
    help,
    write,
    smoke,
    rounds: aboveZero('rounds', rounds, Number.isSafeInteger) ?? defaults.rounds,
    seconds: aboveZero('seconds', seconds, Number.isFinite) ?? defaults.seconds,
  };
}

function parsed(args: string[]) {
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: {
        rounds: { type: 'string' },
        seconds: { type: 'string' },
        smoke: { type: 'boolean' },
        write: { type: 'boolean' },
        help: { type: 'boolean' },
      },
    });
  } catch (cause) {
    throw new WrongUsage(cause instanceof Error ? cause.message : String(cause), { cause });
  }
}

function workloadOf([name = 'concurrency', ...more]: string[]): Workload {
  const workload = WORKLOADS.find((each) => each === name);
  if (workload !== undefined && more.length === 0) return workload;
  throw new WrongUsage(`The workload is one of: ${WORKLOADS.join(', ')}.`);
}

function aboveZero(
  name: string,
  text: string | undefined,
  isRight: (value: number) => boolean,
): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (isRight(value) && value > 0) return value;
  const kind = isRight === Number.isSafeInteger ? 'a whole number' : 'a number';
  throw new WrongUsage(`--${name} must be ${kind} above zero, not ${JSON.stringify(text)}.`);
}
