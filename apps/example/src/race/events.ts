/** Whose session store it is. */
export type SideName = 'holdfast' | 'connect-redis';

/** What happens in a race, once both sides are named in this order on one side after the other; each is a line of JSON. */
export type RaceEvent =
  | { type: 'begin'; writes: number; sides: { side: SideName; title: string }[] }
  | { type: 'answered'; side: SideName; field: number }
  | { type: 'survived'; side: SideName; field: number }
  | { type: 'end'; side: SideName; survived: number; atOnce: number }
  | { type: 'failed'; side: SideName; reason: string };
