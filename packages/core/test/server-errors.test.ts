import { inspect } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import { HoldfastError } from '../src/errors.ts';
import { explained } from '../src/redis/server-errors.ts';

/** What servers of other versions say than the one that the tests of faults start. */
const answers: [said: string, code: string, message: RegExp][] = [
  [
    "NOPERM this user has no permissions to run the 'scan' command or its subcommand",
    'ERR_HOLDFAST_FORBIDDEN',
    /run SCAN, which is needed for ids, all, sessions, clear .* Allow it with \+scan\.$/,
  ],
  [
    "NOPERM User app has no permissions to run the 'cluster|nodes' command",
    'ERR_HOLDFAST_FORBIDDEN',
    /run CLUSTER\|NODES, which is needed for scanning a cluster, .* Allow it with \+cluster\|nodes\.$/,
  ],
  [
    "NOPERM User app has no permissions to run the 'other' command",
    'ERR_HOLDFAST_FORBIDDEN',
    /run OTHER, which is needed for this\. Allow it with \+other\.$/,
  ],
  [
    'NOPERM No permissions to access a key',
    'ERR_HOLDFAST_FORBIDDEN',
    /^Redis does not let the client's user touch this key: NOPERM No permissions to access a key\. /,
  ],
  [
    "ERR ACL failure in script: User app has no permissions to run the 'get' command",
    'ERR_HOLDFAST_FORBIDDEN',
    /^Redis does not let the client's user run what is in a script: /,
  ],
  [
    "ERR Error running script (call to f_1): @user_script:6: @user_script: 6: -READONLY You can't write against a read only replica.",
    'ERR_HOLDFAST_READ_ONLY',
    /^Redis is a replica here, /,
  ],
  [
    'ERR invalid password',
    'ERR_HOLDFAST_UNAUTHENTICATED',
    /^Redis does not let the client in: ERR invalid password\. Give /,
  ],
  [
    'BUSY Redis is busy running a script. You can only call SCRIPT KILL or SHUTDOWN NOSAVE.',
    'ERR_HOLDFAST_UNAVAILABLE',
    /^Redis is there, but cannot serve now: BUSY .* SHUTDOWN NOSAVE\. It is asked again/,
  ],
  [
    'ERR max number of clients + cluster connections reached',
    'ERR_HOLDFAST_UNAVAILABLE',
    /^Redis takes no more connections: /,
  ],
];

describe('an error of a Redis client', () => {
  test.each(answers)('that says %j is %s', (said, code, message) => {
    const cause = new Error(said);
    const error = explained(cause);
    expect(error).toBeInstanceOf(HoldfastError);
    expect(error).toMatchObject({ code, message: expect.stringMatching(message), cause });
  });

  test('that tells by itself what the server refused stays as it is', () => {
    for (const said of ['OOM command not allowed', 'WRONGTYPE Operation', 'ERR syntax error']) {
      const error = new Error(said);
      expect(explained(error)).toBe(error);
    }
  });

  test('that is one of Holdfast stays as it is', () => {
    const error = new HoldfastError('ERR_HOLDFAST_CORRUPT', 'The key holds no session.');
    expect(explained(error)).toBe(error);
  });

  test('that is a mistake in a program stays as it is, and is no outage', () => {
    for (const error of [
      new TypeError('client.get is not a function'),
      new RangeError('Maximum call stack size exceeded'),
      new ReferenceError('key is not defined'),
    ]) {
      expect(explained(error)).toBe(error);
    }
  });

  test('that no server said is that Redis cannot be asked, whatever was thrown', () => {
    for (const cause of [new Error('read ECONNRESET'), new AggregateError([]), 'text', undefined]) {
      expect(explained(cause)).toMatchObject({ code: 'ERR_HOLDFAST_UNAVAILABLE', status: 503 });
    }
  });
});

test('What a client had sent is not shown with its error', () => {
  const command = { name: 'set', args: ['sess:live-id', 'the session'] };
  const cause = Object.assign(new Error('OOM command not allowed'), { command });
  expect(inspect(explained(cause))).not.toMatch(/live-id|the session/);
  expect(inspect(explained(Object.assign(new Error('READONLY no'), { command })))).not.toMatch(
    /live-id|the session/,
  );
});
