import { withConditions } from '../../measuring/conditions.ts';
import { chooseEffort, type Effort, type Page, type Progress } from '../workload.ts';
import { measureAll } from './measure.ts';
import { page } from './page.ts';
import type { PartsEffort } from './part.ts';

const PACKAGES = ['cockatiel', 'express-session', 'opossum'];

/** The table of KeyFingerprints grows between the first two numbers of keys. */
const FULL: PartsEffort = { rounds: 5, seconds: 0.3, keys: [730_000, 740_000, 1_000_000] };

const SMOKE: PartsEffort = { rounds: 1, seconds: 0.001, keys: [100_000] };

/** Measures the parts that core has of its own beside what would stand in for them. */
export async function runParts(asked: Effort, progress: Progress): Promise<Page> {
  const effort = chooseEffort(asked, FULL, SMOKE);
  const measure = () => measureAll(effort, progress);
  return { text: page(await withConditions(undefined, PACKAGES, measure), effort) };
}
