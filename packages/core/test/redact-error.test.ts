import { inspect } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import { explainError } from '../src/redis/server-errors.ts';

/** Errors of servers and clients that contain what was sent, as they were seen. */
const LEAKING: [from: string, message: string][] = [
  [
    'a server without scripts',
    `ERR unknown command 'evalsha', with args beginning with: '91a3' '1' 'sess:live-id' '{"cookie":{"path":"/"},"order":"secret content"}' `,
  ],
  [
    'Redis 6 without scripts',
    'ERR unknown command `evalsha`, with args beginning with: `91a3`, `1`, `sess:live-id`, `{"order":"secret content"}`, ',
  ],
  [
    '@upstash/redis',
    'ERR max request size exceeded, command was: ["set","sess:live-id","{\\"order\\":\\"secret content\\"}"]',
  ],
  ['a proxy', 'ERR key sess:live-id is not served here'],
  ['a client', "Socket closed while 'sess:live-id' was waiting"],
  ['a client with a keyPrefix', 'Timeout of GET app:sess:live-id'],
];

describe('an error that contains a key or content', () => {
  test.each(LEAKING)('shows neither: %s', (_, message) => {
    const cause = new Error(message);
    const error = explainError(cause, 'sess:') as Error;
    for (const shown of [inspect(error), error.message, error.stack, cause.message, cause.stack]) {
      expect(shown).not.toMatch(/live-id|secret content/);
    }
    expect(error.cause).toBe(cause);
  });

  test('keeps the reason', () => {
    const cause = new Error("ERR unknown command 'evalsha', with args beginning with: 'sess:id'");
    explainError(cause, 'sess:');
    expect(cause.message).toBe("ERR unknown command 'evalsha': [removed]");
    const other = new Error("ERR key 'sess:id' is not served here");
    explainError(other, 'sess:');
    expect(other.message).toBe("ERR key '[removed]' is not served here");
  });

  test('keeps its stack trace', () => {
    const cause = new Error("ERR unknown command 'evalsha', with args beginning with: 'sess:id'");
    explainError(cause, 'sess:');
    expect(cause.stack).toMatch(/^Error: ERR unknown command 'evalsha': \[removed\]\n +at /);
  });
});

test('an error without keys stays as it is', () => {
  for (const prefix of ['sess:', '']) {
    const cause = new Error('connect ECONNREFUSED 127.0.0.1:6379');
    const { stack } = cause;
    explainError(cause, prefix);
    expect(cause.message).toBe('connect ECONNREFUSED 127.0.0.1:6379');
    expect(cause.stack).toBe(stack);
  }
});
