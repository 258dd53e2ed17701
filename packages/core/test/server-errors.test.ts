import { inspect } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import { HoldfastError } from '../src/errors.ts';
import { explainError } from '../src/redis/server-errors.ts';

/** Messages of other server versions than the one that the tests of faults start. */
const MESSAGES: [said: string, code: string, message: RegExp][] = [
  [
    "NOPERM this user has no permissions to run the 'scan' command or its subcommand",
    'ERR_HOLDFAST_FORBIDDEN',
    /forbid SCAN to this user\. It is needed for ids, all, sessions, clear.*destroyByUser\. Allow it with \+scan\. See/,
  ],
  [
    "NOPERM User app has no permissions to run the 'cluster|nodes' command",
    'ERR_HOLDFAST_FORBIDDEN',
    /forbid CLUSTER\|NODES to this user\. It is needed for scanning a cluster, .* Allow it with \+cluster\|nodes\. See/,
  ],
  [
    "NOPERM User app has no permissions to run the 'other' command",
    'ERR_HOLDFAST_FORBIDDEN',
    /forbid OTHER to this user\. It is needed for this operation\. Allow it with \+other\. See/,
  ],
  [
    'NOPERM No permissions to access a key',
    'ERR_HOLDFAST_FORBIDDEN',
    /forbid this key to this user: NOPERM No permissions to access a key\. /,
  ],
  [
    "ERR ACL failure in script: User app has no permissions to run the 'get' command",
    'ERR_HOLDFAST_FORBIDDEN',
    /forbid this user a command inside a script: /,
  ],
  // As Redis 6 sends the errors of commands in scripts.
  [
    "ERR Error running script (call to f_1): @user_script:7: @user_script: 7: The user executing the script can't run this command or subcommand",
    'ERR_HOLDFAST_FORBIDDEN',
    /forbid this user a command inside a script: ERR The user executing the script can't run this command or subcommand\. /,
  ],
  [
    "ERR Error running script (call to f_1): @user_script:1: @user_script: 1: The user executing the script can't access at least one of the keys mentioned in the command arguments",
    'ERR_HOLDFAST_FORBIDDEN',
    /forbid this user a command inside a script: /,
  ],
  [
    'ERR Error running script (call to f_1): @user_script:1: WRONGTYPE Operation against a key holding the wrong kind of value',
    'ERR_HOLDFAST_WRONG_TYPE',
    /another program wrote it/,
  ],
  [
    "ERR Error running script (call to f_1): @user_script:1: @user_script: 1: -OOM command not allowed when used memory > 'maxmemory'.",
    'ERR_HOLDFAST_REJECTED',
    /^Redis rejected a write \(OOM\), because its memory is full/,
  ],
  [
    "ERR Error running script (call to f_1): @user_script:6: @user_script: 6: -READONLY You can't write against a read only replica.",
    'ERR_HOLDFAST_READ_ONLY',
    /^This Redis server is a replica, /,
  ],
  [
    'ERR invalid password',
    'ERR_HOLDFAST_UNAUTHENTICATED',
    /^Redis rejects the client's credentials: ERR invalid password\. Give /,
  ],
  [
    'BUSY Redis is busy running a script. You can only call SCRIPT KILL or SHUTDOWN NOSAVE.',
    'ERR_HOLDFAST_UNAVAILABLE',
    /^Redis is up but cannot serve commands yet: BUSY .* SHUTDOWN NOSAVE\. /,
  ],
  [
    "ERR unknown command 'evalsha'",
    'ERR_HOLDFAST_SCRIPTS_DISABLED',
    /^Redis does not know EVAL and EVALSHA, .* rename-command .* concurrency: "overwrite"/,
  ],
  [
    "ERR unsupported command 'EVAL'",
    'ERR_HOLDFAST_SCRIPTS_DISABLED',
    /^Redis does not know EVAL and EVALSHA/,
  ],
  [
    'ERR unknown command `UNLINK`, with args beginning with: `sess:live-id`, ',
    'ERR_HOLDFAST_REJECTED',
    /^Redis does not know the command UNLINK\. Holdfast needs Redis 6\.0 or newer, [^`]*$/,
  ],
  [
    'WRONGTYPE Operation against a key holding the wrong kind of value',
    'ERR_HOLDFAST_WRONG_TYPE',
    /another program wrote it\. Use a prefix that no other program uses\. See/,
  ],
  [
    "OOM command not allowed when used memory > 'maxmemory'.",
    'ERR_HOLDFAST_REJECTED',
    /^Redis rejected a write \(OOM\), because its memory is full\. Raise its maxmemory setting/,
  ],
  [
    'NOREPLICAS Not enough good replicas to write.',
    'ERR_HOLDFAST_REJECTED',
    /\(NOREPLICAS\), because it has fewer replicas than its setting min-replicas-to-write/,
  ],
  [
    'MISCONF Redis is configured to save RDB snapshots, but it is currently unable to persist to disk.',
    'ERR_HOLDFAST_REJECTED',
    /\(MISCONF\), because it cannot save to its disk\. Look at the log of Redis/,
  ],
  [
    'ERR syntax error',
    'ERR_HOLDFAST_REJECTED',
    /^Redis rejected a command with the error ERR\. The cause has the text/,
  ],
  // As valkey-glide rewords them.
  [
    "OOM: command not allowed when used memory > 'maxmemory'.",
    'ERR_HOLDFAST_REJECTED',
    /^Redis rejected a write \(OOM\), because its memory is full/,
  ],
  [
    'BUSY: Redis is busy running a script.',
    'ERR_HOLDFAST_UNAVAILABLE',
    /^Redis is up but cannot serve commands yet: BUSY /,
  ],
  [
    'WRONGTYPE: Operation against a key holding the wrong kind of value',
    'ERR_HOLDFAST_WRONG_TYPE',
    /another program wrote it/,
  ],
  [
    'TRYAGAIN: Multiple keys request during rehashing of slot',
    'ERR_HOLDFAST_REJECTED',
    /^Redis rejected a command with the error TRYAGAIN\./,
  ],
  [
    'ERR max number of clients + cluster connections reached',
    'ERR_HOLDFAST_UNAVAILABLE',
    /^Redis accepts no more connections: /,
  ],
];

describe('an error of a Redis client', () => {
  test.each(MESSAGES)('that says %j is %s', (said, code, message) => {
    const cause = new Error(said);
    const error = explainError(cause, 'sess:');
    expect(error).toBeInstanceOf(HoldfastError);
    expect(error).toMatchObject({ code, message: expect.stringMatching(message), cause });
  });

  test('that is a HoldfastError stays as it is', () => {
    const error = new HoldfastError('ERR_HOLDFAST_CORRUPT', 'The key holds no session.');
    expect(explainError(error, 'sess:')).toBe(error);
  });

  test('that is a programming error stays as it is, and is not an outage', () => {
    for (const error of [
      new TypeError('client.get is not a function'),
      new RangeError('Maximum call stack size exceeded'),
      new ReferenceError('key is not defined'),
    ]) {
      expect(explainError(error, 'sess:')).toBe(error);
    }
  });

  test('that did not come from the server means that Redis is unavailable, whatever was thrown', () => {
    const causes = [
      new Error('read ECONNRESET'),
      new Error('ECONNREFUSED: no server listens'),
      new Error('DNS: no such host'),
      new AggregateError([]),
      'text',
      undefined,
    ];
    for (const cause of causes) {
      expect(explainError(cause, 'sess:')).toMatchObject({
        code: 'ERR_HOLDFAST_UNAVAILABLE',
        status: 503,
      });
    }
  });
});

test('the command that a client attached to its error is not shown', () => {
  const command = { name: 'set', args: ['sess:live-id', 'the session'] };
  const cause = Object.assign(new Error('OOM command not allowed'), { command });
  expect(inspect(explainError(cause, 'sess:'))).not.toMatch(/live-id|the session/);
  expect(
    inspect(explainError(Object.assign(new Error('READONLY no'), { command }), 'sess:')),
  ).not.toMatch(/live-id|the session/);
});
