import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import type { SessionData } from 'express-session';
import { type Callback, type RedisLike, RedisStore, SessionRepository } from '../src/index.ts';
import { unreachableRedis } from './unreachable-redis.ts';

type Request = Parameters<RedisStore['createSession']>[0];

/** Returns what a process prints that runs a scenario of callbacks.mjs. */
async function printed(scenario: string): Promise<string[]> {
  const script = join(__dirname, 'callbacks.mjs');
  const { stdout } = await promisify(execFile)(process.execPath, [script, scenario]);
  return stdout.trim().split('\n');
}

describe('a callback', () => {
  test('that throws is called once, and its error is an uncaught exception', async () => {
    expect(await printed('throwing callback')).toEqual([
      'callback: null',
      'uncaughtException: thrown by the callback',
    ]);
  });

  test('that throws when it gets an error is called once as well', async () => {
    expect(await printed('throwing callback, failing client')).toEqual([
      expect.stringMatching(
        /^callback: HoldfastError: The client could not reach Redis: the client failed\./,
      ),
      'uncaughtException: thrown by the callback',
    ]);
  });

  test('gets the error of a failed client, and no rejection is left unhandled', async () => {
    expect(await printed('failing client')).toEqual([
      expect.stringMatching(
        /^callback: HoldfastError: The client could not reach Redis: the client failed\./,
      ),
    ]);
  });

  test('gets an error even if the client rejects with undefined', async () => {
    expect(await printed('client failing with undefined')).toEqual([
      expect.stringMatching(
        /^callback: HoldfastError: The client could not reach Redis: the client gave no reason\./,
      ),
    ]);
  });

  test('gets an error even if a function of the application throws undefined', async () => {
    expect(await printed('conflicts function that throws nothing')).toEqual([
      'callback: Error: A function of the application threw undefined instead of an error.',
    ]);
  });

  test('gets an error for an async ttl function, whose rejection is handled', async () => {
    expect(await printed('failing async ttl function')).toEqual([
      expect.stringMatching(
        /^callback: HoldfastError: The ttl function must .* but returned a promise\. See/,
      ),
    ]);
  });

  test('that is not a function is rejected at once', () => {
    const store = new RedisStore({ client: unreachableRedis });
    for (const callback of ['done', {}] as unknown as Callback<SessionData | null>[]) {
      expect(() => store.get('id', callback)).toThrow(
        expect.objectContaining({ code: 'ERR_HOLDFAST_INVALID_ARGUMENT' }),
      );
    }
  });
});

test('ids that are not strings leave no unhandled rejection', async () => {
  expect(await printed('ids that are not strings')).toEqual([
    expect.stringMatching(/^callback: TypeError/),
  ]);
});

describe('a promise that rejects', () => {
  test('and that nothing waits for does not end the process, and is reported', async () => {
    const code = 'ERR_HOLDFAST_REJECTED';
    expect(await printed('promises that nothing waits for')).toEqual([
      `printed: ${code}`,
      `saveError: ${code}`,
      `printed: ${code}`,
      `warning: ${code}`,
      `warning: ${code}`,
    ]);
  });

  test('and that the caller waits for is not reported', async () => {
    const code = 'ERR_HOLDFAST_REJECTED';
    expect(await printed('promises that the caller waits for')).toEqual([
      `catch: ${code}`,
      `then: ${code}`,
      `await: ${code}`,
      'allSettled: rejected,rejected',
    ]);
  });
});

describe('a callback of a FastifyStore', () => {
  test('that throws is called once, and does not end the process', async () => {
    expect(await printed('callback of a FastifyStore that throws')).toEqual([
      'callback: null',
      'printed: thrown by the callback',
    ]);
  });
});

describe('a listener that throws', () => {
  test('causes an uncaught exception, and the other listeners are still called', async () => {
    expect(await printed('throwing listener')).toEqual([
      'first listener',
      'second listener',
      'uncaughtException: thrown by the listener',
      expect.stringMatching(
        /^callback: HoldfastError: The client could not reach Redis: the client failed\./,
      ),
    ]);
  });

  test('for an outage or its end keeps no operation waiting', async () => {
    expect(await printed('throwing onOutage')).toEqual([
      'unavailable',
      'uncaughtException: thrown by onOutage',
      'back',
      'uncaughtException: thrown by onOutage',
      'loaded: null',
    ]);
  });
});

describe('a client whose socket file is missing', () => {
  test('fails get with a code that express-session does not take for a missing session', async () => {
    const cause = Object.assign(new Error('connect ENOENT /run/redis'), { code: 'ENOENT' });
    const store = new RedisStore({
      client: { ...unreachableRedis, get: () => Promise.reject(cause) },
    });
    await expect(store.get('id')).rejects.toMatchObject({
      code: 'ERR_HOLDFAST_UNAVAILABLE',
      message: expect.stringContaining('connect ENOENT /run/redis'),
      status: 503,
      cause,
    });
  });
});

describe('a stored field __proto__', () => {
  test('does not become fields of the session', () => {
    const stored = JSON.parse('{"__proto__":{"admin":true},"cookie":{}}');
    const session = new RedisStore({ client: unreachableRedis }).createSession(
      {} as Request,
      stored,
    );
    expect(Reflect.get(session, 'admin')).toBeUndefined();
  });
});

describe('an error message', () => {
  test.each([1234567, 12345678901n, Symbol('1234567')])(
    'never quotes an id or content, not even %p',
    async (secret) => {
      const sessions = new SessionRepository<{ user?: unknown; cookie?: unknown }>({
        client: unreachableRedis,
        userId: ({ user }) => user as string,
      });
      const failing: [field: string, run: () => Promise<unknown>][] = [
        ['session id', () => sessions.load(secret as never)],
        ['userId function', () => sessions.save('id', { user: secret })],
        ['cookie', () => sessions.save('id', { cookie: secret })],
        ['session', () => sessions.save('id', secret as never)],
        ['user', () => sessions.listByUser(secret as never)],
      ];
      for (const [field, run] of failing) {
        const { message } = (await run().catch((error) => error)) as Error;
        expect(message).toContain(field);
        expect(message).not.toContain('12345');
      }
    },
  );

  test('never quotes a value that may be a secret', async () => {
    const secret = 'redis://user:secret@localhost' as unknown as RedisLike;
    const store = new RedisStore({ client: unreachableRedis });
    const refusals: (() => unknown)[] = [
      () => new RedisStore({ client: secret }),
      () => store.set('id', 'secret' as unknown as SessionData),
      () => store.set('id', { cookie: 'secret' } as unknown as SessionData),
      () => store.set('id', { cookie: { expires: 'secret' } } as unknown as SessionData),
    ];
    for (const refused of refusals) {
      const error = await Promise.resolve()
        .then(refused)
        .catch((reason: Error) => reason);
      expect(String(error)).toMatch(/^HoldfastError: .* but is a string/);
    }
  });
});

describe('a session that was stored without a cookie', () => {
  test('gets a cookie that ends with the browser', () => {
    const store = new RedisStore({ client: unreachableRedis });
    const session = store.createSession({} as Request, { views: 1 } as unknown as SessionData);
    expect(session).toMatchObject({ views: 1, cookie: { path: '/', expires: null } });
  });
});
