/** How much a run measures. The workload's default replaces an absent value. */
export interface Effort {
  /** Measures as little as possible, only to check that the workload runs. */
  smoke: boolean;
  rounds?: number | undefined;
  /** How long each store, or each part, runs in a round. */
  seconds?: number | undefined;
  /** How long the whole run takes. */
  minutes?: number | undefined;
}

/** Reports what the run does now. */
export type Progress = (line: string) => void;

/** The results of a workload. */
export interface Page {
  /** Markdown. */
  text: string;
  /** SVG by the name of the file that the text refers to. */
  charts?: Record<string, string>;
  /** Tables by the page of docs that shows them. */
  tables?: Record<string, string>;
}

/** Starts its own servers, measures, and returns the results. */
export type Workload = (effort: Effort, progress: Progress) => Promise<Page>;

/** Returns a workload's own effort, with the numbers from the command line that the workload knows. */
export function chooseEffort<Own extends object>(asked: Effort, full: Own, smoke: Own): Own {
  const own = asked.smoke ? smoke : full;
  const given = Object.entries(asked).filter(([name, value]) => name in own && value !== undefined);
  return { ...own, ...Object.fromEntries(given) };
}
