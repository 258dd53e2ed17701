import { runCaching } from './caching/caching.ts';
import { runConcurrency } from './concurrency/concurrency.ts';
import { runFailover } from './failover/failover.ts';
import { runReliability } from './reliability/reliability.ts';
import { runScale } from './scale/scale.ts';
import { runSoak } from './soak/soak.ts';
import { runSpeed } from './speed/speed.ts';
import { runTuning } from './tuning/tuning.ts';

/** How much is measured. What is left out is the workload's own default. */
export interface Effort {
  /** Only to see whether it runs. */
  smoke: boolean;
  rounds?: number | undefined;
  /** How long each store runs in a round. */
  seconds?: number | undefined;
  /** How long the whole run takes. */
  minutes?: number | undefined;
}

/** Tells whoever waits what is done now. */
export type Progress = (line: string) => void;

/** The results of a workload. */
export interface Page {
  /** Markdown. */
  text: string;
  /** SVG by the name of the file that the text refers to. */
  charts?: Record<string, string>;
  /** Tables by the page for users, in docs, that shows them. */
  tables?: Record<string, string>;
}

/** Measures on servers of its own. */
type Workload = (effort: Effort, progress: Progress) => Promise<Page>;

/** What the bench can measure, by the name of its page in docs/benchmarks. */
export const WORKLOADS: Record<
  'caching' | 'concurrency' | 'failover' | 'reliability' | 'scale' | 'soak' | 'speed' | 'tuning',
  Workload
> = {
  caching: runCaching,
  concurrency: runConcurrency,
  failover: runFailover,
  reliability: runReliability,
  scale: runScale,
  soak: runSoak,
  speed: runSpeed,
  tuning: runTuning,
};
