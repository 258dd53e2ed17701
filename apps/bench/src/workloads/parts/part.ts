export interface PartsEffort {
  rounds: number;
  /** How many seconds of CPU time each contestant takes in a round. */
  seconds: number;
  /** At how many keys the memory of a set of keys is measured, in ascending order. */
  keys: readonly number[];
}

/** A part of core, and what would stand in for it. */
export interface Part {
  /** What the contestants do. Markdown. */
  about: string;
  /** By name, core's own part first. */
  contestants: Record<string, Contestant>;
  /** The contestant that does only the work around the part. */
  without?: string;
}

/** Prepares its measurements, in a process of its own. */
export type Contestant = (effort: PartsEffort) => Promise<Samples>;

export interface Samples {
  /** How many samples to take. The same for each contestant of a part. */
  count: number;
  take(): Promise<Figures>;
}

/** Results by their names. */
export type Figures = Record<string, number>;
