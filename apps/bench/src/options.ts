import { parseArgs } from 'node:util';
import type { Effort } from './cycle.ts';

export interface Options extends Effort {
  help: boolean;
  write: boolean;
}

export const USAGE = `Usage: pnpm bench [options]

Measures Holdfast beside connect-redis and prints the results as Markdown.

  --rounds <number>   how many rounds count, after one for warming up; default 15
  --seconds <number>  how long each store runs in a round; default 0.5
  --smoke             only to see whether it runs: 3 rounds of 0.05 seconds
  --write             also write the results to docs/benchmarks
  --help              print this
`;

const EARNEST: Effort = { rounds: 15, seconds: 0.5 };
const SMOKE: Effort = { rounds: 3, seconds: 0.05 };

/** A command line that makes no sense, in one line for the person who typed it. */
export class WrongUsage extends Error {}

/** @throws WrongUsage */
export function readOptions(args: string[]): Options {
  const { help = false, write = false, smoke = false, rounds, seconds } = parsed(args);
  if (write && smoke) throw new WrongUsage('A smoke run measures nothing worth a --write.');
  const defaults = smoke ? SMOKE : EARNEST;
  return {
    help,
    write,
    rounds: aboveZero('rounds', rounds, Number.isSafeInteger) ?? defaults.rounds,
    seconds: aboveZero('seconds', seconds, Number.isFinite) ?? defaults.seconds,
  };
}

function parsed(args: string[]) {
  try {
    const { values } = parseArgs({
      args,
      options: {
        rounds: { type: 'string' },
        seconds: { type: 'string' },
        smoke: { type: 'boolean' },
        write: { type: 'boolean' },
        help: { type: 'boolean' },
      },
    });
    return values;
  } catch (cause) {
    throw new WrongUsage(cause instanceof Error ? cause.message : String(cause), { cause });
  }
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
