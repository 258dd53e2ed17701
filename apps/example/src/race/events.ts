export type ContenderName = 'holdfast' | 'connect-redis';

/** What a session holds after a race. Each of the requests has written one field, counted, and added one product. */
interface Kept {
  survived: number;
  count: number;
  products: number;
}

/** An event of a race, sent as a line of JSON. After `begin`, the contenders run one after the other, in that order. */
export type RaceEvent =
  | { type: 'begin'; writes: number; contenders: { contender: ContenderName; title: string }[] }
  | { type: 'answered'; contender: ContenderName; field: number }
  | { type: 'survived'; contender: ContenderName; field: number }
  | ({ type: 'end'; contender: ContenderName; atOnce: number } & Kept)
  | { type: 'failed'; contender: ContenderName; reason: string };
