import { randomUUID } from 'node:crypto';
import { RedisStore } from '@holdfast/core';
import { fromIoredis } from '@holdfast/ioredis';
import { startRedis, type TestRedis } from '@holdfast/test-servers';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Redis } from 'ioredis';
import { Browser, type ServedApp, serve } from '../support/session-app.ts';

/** What would make express-session throw where nothing catches it, or never answer. */
const HOSTILE = [
  'null',
  '[]',
  '{"cookie":null}',
  '{"cookie":"text"}',
  '{"cookie":{"originalMaxAge":"text"}}',
  '{"cookie":{"maxAge":"text"}}',
];

/** What looks odd, and is a session. */
const ODD = [
  '{}',
  '{"cookie":{}}',
  '{"cookie":{"originalMaxAge":false,"expires":false}}',
  '{"cookie":{"expires":"text"}}',
  '{"__proto__":{"user":"Eve"},"cookie":{}}',
];

describe('an application whose stored session is replaced by', () => {
  const prefix = `hostile:${randomUUID()}:`;
  let server: TestRedis;
  let client: Redis;
  let store: RedisStore;
  let app: ServedApp;

  beforeAll(async () => {
    server = await startRedis();
    client = new Redis(server.url);
    store = new RedisStore({ client: fromIoredis(client), prefix });
    app = await serve(store);
  });
  afterAll(async () => {
    await app[Symbol.asyncDispose]();
    await store.clear();
    await client.quit();
    await server.stop();
  });

  async function replacedBy(text: string): Promise<Browser> {
    await store.clear();
    const browser = new Browser();
    await browser.post(app, '/sign-in', { user: 'Ada' });
    const [id] = await store.ids();
    await server.raw('SET', `${prefix}${id}`, text);
    return browser;
  }

  test.each(HOSTILE)('%s answers with an error, and goes on', async (text) => {
    const browser = await replacedBy(text);
    await expect(browser.get(app, '/')).rejects.toThrow('cannot read the value of the key');
    await expect(browser.post(app, '/visit')).rejects.toThrow('cannot read the value of the key');
    expect(await new Browser().get(app, '/')).toEqual({});
  });

  test.each(ODD)('%s takes it for the session of nobody', async (text) => {
    const browser = await replacedBy(text);
    expect(await browser.get(app, '/')).toEqual({});
    expect(await browser.post(app, '/visit')).toEqual({ visits: 1 });
    expect(await browser.get(app, '/')).toEqual({ visits: 1 });
  });
});
