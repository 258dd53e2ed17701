import { ratios, type Spread, spreadOf } from './spread.ts';

/**
 * Measures several subjects in the order A B B A A B …, so that other work on the machine affects all of them alike.
 * The first turn of each subject is a warm-up and does not count.
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

/** Two subjects, measured in the same rounds. */
export interface Comparison {
  subject: Spread;
  baseline: Spread;
  /** The subject's result divided by the baseline's, per round. */
  ratio: Spread;
}

/** Measures a subject and its baseline with {@link interleave}. */
export async function compare<Subject>(
  subject: Subject,
  baseline: Subject,
  rounds: number,
  measure: (subject: Subject) => Promise<number>,
): Promise<Comparison> {
  const measured = await interleave([subject, baseline], rounds, measure);
  const ofSubject = measured.get(subject) ?? [];
  const ofBaseline = measured.get(baseline) ?? [];
  return {
    subject: spreadOf(ofSubject),
    baseline: spreadOf(ofBaseline),
    ratio: spreadOf(ratios(ofSubject, ofBaseline)),
  };
}
