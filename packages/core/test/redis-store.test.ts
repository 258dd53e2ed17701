import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import type { SessionData } from 'express-session';
import { type Callback, type RedisLike, RedisStore } from '../src/index.ts';
import { unused } from './stub.ts';

type Request = Parameters<RedisStore['createSession']>[0];

/** What a process prints that uses the built store so: see callbacks.mjs. */
async function printed(scenario: string): Promise<string[]> {
  const script = join(__dirname, 'callbacks.mjs');
  const { stdout } = await promisify(execFile)(process.execPath, [script, scenario]);
  return stdout.trim().split('\n');
}

describe('a callback', () => {
  test('that throws is called once, and what it throws is an uncaught exception', async () => {
    expect(await printed('throwing callback')).toEqual([
      'callback: null',
      'uncaughtException: thrown by the callback',
    ]);
  });

  test('that throws over an error is called once, too', async () => {
    expect(await printed('throwing callback, failing client')).toEqual([
      expect.stringMatching(/^callback: HoldfastError: Redis cannot be asked: the client failed\./),
      'uncaughtException: thrown by the callback',
    ]);
  });

  test('takes the error of a failed client, so that no rejection is left over', async () => {
    expect(await printed('failing client')).toEqual([
      expect.stringMatching(/^callback: HoldfastError: Redis cannot be asked: the client failed\./),
    ]);
  });

  test('is given an error even where the client fails with nothing', async () => {
    expect(await printed('client failing with undefined')).toEqual([
      expect.stringMatching(
        /^callback: HoldfastError: Redis cannot be asked: the client says no more\./,
      ),
    ]);
  });

  test('is given an error even where a function of the application throws nothing', async () => {
    expect(await printed('conflicts function that throws nothing')).toEqual([
      'callback: Error: A function of the application failed without an error, but with undefined.',
    ]);
  });

  test('takes the late failure of an async ttl function, which nobody waits for', async () => {
    expect(await printed('failing async ttl function')).toEqual([
      expect.stringMatching(/^callback: HoldfastError: The ttl function must .* not a promise\.$/),
    ]);
  });

  test('that is no function is refused at once', () => {
    const store = new RedisStore({ client: unused });
    for (const callback of [null, 'done', {}] as unknown as Callback<SessionData | null>[]) {
      expect(() => store.get('id', callback)).toThrow(
        expect.objectContaining({ code: 'ERR_HOLDFAST_INVALID_ARGUMENT' }),
      );
    }
  });
});

test('what a client answers against its contract leaves no rejection over', async () => {
  expect(await printed('set of what are no ids')).toEqual([
    expect.stringMatching(/^callback: TypeError/),
  ]);
});

describe('a listener that throws', () => {
  test('is an uncaught exception, and keeps the event from no other listener', async () => {
    expect(await printed('throwing listener')).toEqual([
      'first listener',
      'second listener',
      'uncaughtException: thrown by the listener',
      expect.stringMatching(/^callback: HoldfastError: Redis cannot be asked: the client failed\./),
    ]);
  });

  test('when Redis is away or back keeps nobody waiting', async () => {
    expect(await printed('throwing onOutage')).toEqual([
      'away',
      'uncaughtException: thrown by onOutage',
      'back',
      'uncaughtException: thrown by onOutage',
      'loaded: null',
    ]);
  });
});

describe('a client that misses its socket file', () => {
  test('is an error of get, not a missing session, for which express-session takes ENOENT', async () => {
    const cause = Object.assign(new Error('connect ENOENT /run/redis'), { code: 'ENOENT' });
    const store = new RedisStore({ client: { ...unused, get: () => Promise.reject(cause) } });
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
    const session = new RedisStore({ client: unused }).createSession({} as Request, stored);
    expect(Reflect.get(session, 'admin')).toBeUndefined();
  });
});

describe('an error message', () => {
  test('does not quote what may be a secret', async () => {
    const secret = 'redis://user:secret@localhost' as unknown as RedisLike;
    const store = new RedisStore({ client: unused });
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
      expect(String(error)).toMatch(/^HoldfastError: .* not a string/);
    }
  });
});

describe('a session that was stored without a cookie', () => {
  test('is one that lives as long as the browser', () => {
    const store = new RedisStore({ client: unused });
    const session = store.createSession({} as Request, { views: 1 } as unknown as SessionData);
    expect(session).toMatchObject({ views: 1, cookie: { path: '/', expires: null } });
  });
});
