/** Whose session store it is. */
export type SideName = 'holdfast' | 'connect-redis';

/** What happens in a race, in this order on each side; each becomes a line of JSON. */
export type RaceEvent =
  | { type: 'begin'; writes: number; sides: { side: SideName; title: string }[] }
  | { type: 'answered'; side: SideName; field: number }
  | { type: 'survived'; side: SideName; field: number }
  | { type: 'end'; side: SideName; survived: number; atOnce: number }
  | { type: 'failed'; side: SideName; reason: string };
