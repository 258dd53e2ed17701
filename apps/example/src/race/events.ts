export type ContenderName = 'holdfast' | 'connect-redis';

/** An event of a race, sent as a line of JSON. After `begin`, the contenders run one after the other, in that order. */
export type RaceEvent =
  | { type: 'begin'; writes: number; contenders: { contender: ContenderName; title: string }[] }
  | { type: 'answered'; contender: ContenderName; field: number }
  | { type: 'survived'; contender: ContenderName; field: number }
  | { type: 'end'; contender: ContenderName; survived: number; atOnce: number }
  | { type: 'failed'; contender: ContenderName; reason: string };
