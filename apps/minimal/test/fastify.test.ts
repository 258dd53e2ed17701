import { startRedis, type TestRedis } from '@holdfast/test-servers';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { type Example, failure, startExample } from './example.ts';

const SESSION_SECRET = 'a secret of 32 characters or more';

let redis: TestRedis;
let example: Example;
let cookie = '';

beforeAll(async () => {
  redis = await startRedis();
  await start();
});
afterEach(() => {
  cookie = '';
});
afterAll(async () => {
  await example.stop();
  await redis.stop();
});

async function start(): Promise<void> {
  example = await startExample('fastify', { REDIS_URL: redis.url, SESSION_SECRET });
}

async function send(method: string, path: string): Promise<Response> {
  const response = await fetch(example.url + path, { method, headers: { cookie } });
  cookie = response.headers.getSetCookie()[0]?.split(';')[0] ?? cookie;
  return response;
}

const visit = async () => (await send('GET', '/')).json();

test('it counts the visits of each visitor, also across a restart', async () => {
  expect(await visit()).toEqual({ visits: 1 });
  expect(await visit()).toEqual({ visits: 2 });
  await example.stop();
  await start();
  expect(await visit()).toEqual({ visits: 3 });
  cookie = '';
  expect(await visit()).toEqual({ visits: 1 });
});

test('the cookie is HttpOnly and SameSite=Lax, and lasts half an hour', async () => {
  const before = Date.now();
  const [set] = (await send('GET', '/')).headers.getSetCookie();
  expect(set).toMatch(/^sessionId=.*; Path=\/; Expires=.*; HttpOnly; SameSite=Lax$/);
  const expires = Date.parse(set?.match(/Expires=([^;]+)/)?.[1] ?? '');
  const maxAgeMs = 30 * 60 * 1000;
  // The header has no milliseconds.
  expect(expires).toBeGreaterThan(before + maxAgeMs - 1000);
  expect(expires).toBeLessThanOrEqual(Date.now() + maxAgeMs);
});

test('a sign-out ends the session', async () => {
  await visit();
  const before = cookie;
  expect((await send('POST', '/sign-out')).status).toBe(204);
  expect(cookie).toBe('sessionId=');
  cookie = before;
  expect(await visit()).toEqual({ visits: 1 });
});

test('it does not start without a secret', async () => {
  expect(await failure('fastify', { REDIS_URL: redis.url })).toContain(
    'the secret must have length 32 or greater',
  );
});
