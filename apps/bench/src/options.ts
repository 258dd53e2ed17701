import { parseArgs } from 'node:util';
import { WORKLOADS } from './workloads/registry.ts';
import type { Effort } from './workloads/workload.ts';

export interface Options extends Effort {
  help: boolean;
  workload: keyof typeof WORKLOADS;
  write: boolean;
}

export const USAGE = `Usage: pnpm bench [workload] [options]

Compares Holdfast with other session stores and prints the results as Markdown. Workloads:

  caching             Holdfast with and without node-redis's clientSideCache
  concurrency         requests that run at the same time
  failover            kills a master of a cluster or of sentinels, under each client
  parts               the code that Holdfast's core has of its own, beside what would stand in for it
  recovery            how long a client needs after a server is killed, silent, or partitioned
  reliability         what visitors see during an outage of Redis, with Holdfast and with connect-redis
  scale               1,000 to 1,000,000 sessions, alone and among a million other keys
  soak                visitors and faults for half an hour, and what the application holds before and after
  speed               operations of a store and requests to Express, with other stores and bare clients; the default
  tuning              settings of the clients, with Holdfast

  --rounds <number>   caching, concurrency, parts, scale, speed, tuning: how many rounds count, after a warm-up round;
                      default 15, for caching and parts 5, for scale 3, for speed and tuning 7;
                      recovery: how often each fault is repeated; default 2
  --seconds <number>  caching, concurrency, parts, speed, tuning: how long each store or part runs in a round; default 0.5,
                      for caching 0.1, for parts 0.3, for speed 0.08, for tuning 0.06
  --minutes <number>  soak: how long the whole run takes; default 30
  --smoke             measure as little as possible, only to check that the workload runs
  --write             also write the results to docs/benchmarks, with their charts
  --help              print this
`;

/** A command line that the bench cannot run. The message is one line for the person who typed it. */
export class WrongUsage extends Error {}

/** @throws WrongUsage */
export function readOptions(args: string[]): Options {
  const { values, positionals } = parse(args);
  const { help = false, write = false, smoke = false, rounds, seconds, minutes } = values;
  if (write && smoke) throw new WrongUsage('A smoke run measures nothing worth a --write.');
  return {
    help,
    write,
    smoke,
    workload: readWorkload(positionals),
    rounds: readPositive('rounds', rounds, Number.isSafeInteger),
    seconds: readPositive('seconds', seconds, Number.isFinite),
    minutes: readPositive('minutes', minutes, Number.isFinite),
  };
}

function parse(args: string[]) {
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: {
        rounds: { type: 'string' },
        seconds: { type: 'string' },
        minutes: { type: 'string' },
        smoke: { type: 'boolean' },
        write: { type: 'boolean' },
        help: { type: 'boolean' },
      },
    });
  } catch (cause) {
    throw new WrongUsage(cause instanceof Error ? cause.message : String(cause), { cause });
  }
}

function readWorkload([name = 'speed', ...more]: string[]): Options['workload'] {
  if (isWorkload(name) && more.length === 0) return name;
  const known = Object.keys(WORKLOADS).join(', ');
  throw new WrongUsage(`The workload must be one of ${known}, not ${[name, ...more].join(' ')}.`);
}

function isWorkload(name: string): name is Options['workload'] {
  return Object.hasOwn(WORKLOADS, name);
}

function readPositive(
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
