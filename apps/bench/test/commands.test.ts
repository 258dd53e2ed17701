import { expect, test } from '@jest/globals';
import { sentOf } from '../src/measuring/commands.ts';

test.each<[what: string, ran: Record<string, number>, sent: number]>([
  ['a plain read and write', { get: 1, set: 1 }, 2],
  ['a read, and a save by a stamp', { get: 1, evalsha: 1, getrange: 1, set: 1 }, 2],
  ['a read, and a save without one', { get: 2, evalsha: 1, set: 1 }, 2],
  [
    'a save that finds another text, and one that stores',
    { evalsha: 2, getrange: 2, get: 1, set: 1 },
    2,
  ],
  ['a save by IFEQ', { get: 1, set: 1 }, 2],
  ['a new session', { evalsha: 1, get: 1, set: 1 }, 1],
  ['the end of a session', { evalsha: 1, set: 1, unlink: 1 }, 1],
  ['the end of a session without a script', { set: 1, unlink: 1 }, 2],
  [
    'a read, an entry, and a save by a stamp',
    { get: 1, evalsha: 2, pttl: 1, zadd: 1, pexpire: 1, getrange: 1, set: 1 },
    3,
  ],
])('of %s, it counts what the client sent', (_, ran, sent) => {
  expect(sentOf(new Map(Object.entries(ran)))).toBe(sent);
});
