import { hash } from 'node:crypto';
import { startRedis, type TestRedis } from '@holdfast/test-servers';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Example, startExample } from './example.ts';

let redis: TestRedis;
let example: Example;
beforeAll(async () => {
  redis = await startRedis();
  example = await startExample('repository', { REDIS_URL: redis.url });
});
afterAll(async () => {
  await example.stop();
  await redis.stop();
});

function send(method: string, path: string, token?: string): Promise<Response> {
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  return fetch(example.url + path, { method, headers });
}

/** Returns the JSON of a response. */
async function body<Body>(response: Promise<Response>): Promise<Body> {
  return (await (await response).json()) as Body;
}

async function tokenFor(user: string): Promise<string> {
  const { token } = await body<{ token: string }>(send('POST', `/tokens?user=${user}`));
  return token;
}

const sha256 = (text = '') => hash('sha256', text);

test('each use of a token counts, even if 20 run at once', async () => {
  const token = await tokenFor('ada');
  const uses = Array.from({ length: 20 }, () => body<{ uses: number }>(send('GET', '/', token)));
  const counts = (await Promise.all(uses)).map((token) => token.uses);
  expect(counts.toSorted((one, other) => one - other)).toEqual(
    Array.from({ length: 20 }, (_, index) => index + 1),
  );
});

test('a list of the tokens of a user does not show them, and Redis does not store them', async () => {
  const tokens = [await tokenFor('grace'), await tokenFor('grace')];
  await send('GET', '/', tokens[0]);
  const listed = await body<object[]>(send('GET', '/tokens', tokens[1]));
  expect(listed).toHaveLength(2);
  expect(listed).toContainEqual({
    handle: expect.stringMatching(/^[0-9a-f]{64}$/),
    lastActive: expect.any(String),
    user: 'grace',
    uses: 1,
  });
  const keys = await redis.raw('KEYS', 'token:*');
  expect(keys).toContain(`token:sha256:${sha256(tokens[0])}`);
  for (const token of tokens) expect(JSON.stringify([listed, keys])).not.toContain(token);
});

test('a revoked token is invalid', async () => {
  const [token, other] = [await tokenFor('eve'), await tokenFor('eve')];
  expect((await send('DELETE', '/token', token)).status).toBe(204);
  for (const path of ['/', '/tokens']) expect((await send('GET', path, token)).status).toBe(401);
  expect(await body(send('GET', '/tokens', other))).toHaveLength(1);
});

test.each([
  ['GET', '/', undefined, 401],
  ['GET', '/', 'made-up', 401],
  ['POST', '/tokens', undefined, 400],
  ['GET', '/elsewhere', 'made-up', 404],
])('the status of %s %s with the token %s is %d', async (method, path, token, status) => {
  expect((await send(method, path, token)).status).toBe(status);
});
