import { ScriptProcess } from '../../processes/script-process.ts';
import type { Progress } from '../workload.ts';
import { PARTS } from './all-parts.ts';
import { CPU_TIME } from './cpu-time.ts';
import type { Figures, PartsEffort } from './part.ts';

/** The figures of each round, by the contestant's name. */
export type Rounds = Map<string, Figures[]>;

export interface PartResult {
  name: string;
  about: string;
  rounds: Rounds;
}

export interface Results {
  parts: PartResult[];
}

interface Running {
  name: string;
  script: ScriptProcess<Figures>;
  samples: Figures[];
}

const SCRIPT = new URL('./contestant-script.js', import.meta.url);

export async function measureAll(effort: PartsEffort, progress: Progress): Promise<Results> {
  const parts: PartResult[] = [];
  for (const [name, load] of Object.entries(PARTS)) {
    const { about, contestants, without } = await load();
    const names = Object.keys(contestants);
    const rounds: Rounds = new Map(names.map((contestant) => [contestant, []]));
    for (let round = 1; round <= effort.rounds; round++) {
      progress(`${name}: round ${round}`);
      const figures = await measureRound(name, names, effort);
      for (const [contestant, each] of rounds) each.push(figuresOf(contestant, without, figures));
    }
    parts.push({ name, about, rounds });
  }
  return { parts };
}

/**
 * Starts a process for each contestant, because how the engine compiles the code differs between processes. Then the
 * processes take turns with short samples, in the order A B B A, so that other work on the machine affects all alike.
 */
async function measureRound(
  part: string,
  contestants: readonly string[],
  effort: PartsEffort,
): Promise<Map<string, Figures>> {
  const running: Running[] = [];
  let count = 0;
  for (const name of contestants) {
    const args = [name, part, JSON.stringify(effort)];
    const [script, samples] = await ScriptProcess.start<number, Figures>(SCRIPT, args);
    count = samples;
    running.push({ name, script, samples: [] });
  }
  for (let sample = 0; sample < count; sample++) {
    for (const each of sample % 2 === 0 ? running : running.toReversed()) {
      each.samples.push(await each.script.ask());
    }
  }
  await Promise.all(running.map(({ script }) => script.stop()));
  return new Map(running.map(({ name, samples }) => [name, meanOf(samples)]));
}

/** Adds to a contestant's figures how much more CPU time it took than the work around the part. */
function figuresOf(
  name: string,
  without: string | undefined,
  round: Map<string, Figures>,
): Figures {
  const figures = round.get(name) ?? {};
  if (without === undefined || name === without) return figures;
  const around = round.get(without)?.[CPU_TIME] ?? Number.NaN;
  return { ...figures, [`more than ${without}, ns`]: (figures[CPU_TIME] ?? Number.NaN) - around };
}

function meanOf(samples: readonly Figures[]): Figures {
  const names = Object.keys(samples[0] ?? {});
  const mean = (name: string) =>
    samples.reduce((sum, figures) => sum + (figures[name] ?? Number.NaN), 0) / samples.length;
  return Object.fromEntries(names.map((name) => [name, mean(name)]));
}
