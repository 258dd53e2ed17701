/** What a series of rounds came to. */
export interface Spread {
  median: number;
  min: number;
  max: number;
}

/**
 * Measures several subjects in turns, A B B A A B …, so that whatever else the machine does meets all of them alike.
 * A first turn of each is for warming up and does not count.
 * @returns what each round measured, per subject.
 */
export async function interleave<Subject, Result = number>(
  subjects: readonly Subject[],
  rounds: number,
  measure: (subject: Subject) => Promise<Result>,
): Promise<Map<Subject, Result[]>> {
  const measured = new Map(subjects.map((subject): [Subject, Result[]] => [subject, []]));
  for (let round = 0; round <= rounds; round++) {
    for (const subject of round % 2 === 0 ? subjects : subjects.toReversed()) {
      const result = await measure(subject);
      if (round > 0) measured.get(subject)?.push(result);
    }
  }
  return measured;
}

/** Two subjects that took turns. */
export interface Comparison {
  subject: Spread;
  baseline: Spread;
  /** The subject's result in multiples of the baseline's, round by round. */
  ratio: Spread;
}

/** Measures a subject and what it is compared with, as {@link interleave} does. */
export async function compare<Subject>(
  subject: Subject,
  baseline: Subject,
  rounds: number,
  measure: (subject: Subject) => Promise<number>,
): Promise<Comparison> {
  const measured = await interleave([subject, baseline], rounds, measure);
  const mine = measured.get(subject) ?? [];
  const others = measured.get(baseline) ?? [];
  const ratio = spreadOf(ratios(mine, others));
  return { subject: spreadOf(mine), baseline: spreadOf(others), ratio };
}

/** Each round's result as a multiple of the other's in the same round. */
export function ratios(of: readonly number[], to: readonly number[]): number[] {
  return of.map((result, round) => result / (to[round] ?? Number.NaN));
}

export function spreadOf(results: readonly number[]): Spread {
  const sorted = results.toSorted((one, other) => one - other);
  const at = (index: number) => sorted[index] ?? Number.NaN;
  const middle = (sorted.length - 1) / 2;
  return {
    median: (at(Math.floor(middle)) + at(Math.ceil(middle))) / 2,
    min: at(0),
    max: at(sorted.length - 1),
  };
}
