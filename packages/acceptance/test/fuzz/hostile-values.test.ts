import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { RedisStore } from '@holdfast/core';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { ioredis5 } from '../support/clients.ts';
import { useClient, useRedis, useResource } from '../support/resources.ts';
import { Browser, serve } from '../support/session-app.ts';

/** Values that are not sessions. They would make express-session throw outside of any handler, or never respond. */
const HOSTILE = [
  'null',
  '[]',
  '{"cookie":null}',
  '{"cookie":"text"}',
  '{"cookie":{"originalMaxAge":"text"}}',
  '{"cookie":{"maxAge":"text"}}',
];

/** Odd values that are sessions. */
const ODD = [
  '{}',
  '{"cookie":{}}',
  '{"cookie":{"originalMaxAge":false,"expires":false}}',
  '{"cookie":{"expires":"text"}}',
  '{"__proto__":{"user":"Eve"},"cookie":{}}',
];

describe('if a stored session is replaced by', () => {
  const prefix = `hostile:${randomUUID()}:`;
  const server = useRedis();
  const client = useClient(ioredis5, server);
  let store: RedisStore;
  beforeAll(() => {
    store = new RedisStore({ client: client().redis, prefix });
  });
  const app = useResource(
    () => serve(store),
    (served) => served[Symbol.asyncDispose](),
  );

  async function replacedBy(text: string): Promise<Browser> {
    await store.clear();
    const browser = new Browser();
    await browser.post(app(), '/sign-in', { user: 'Ada' });
    const [id] = await store.ids();
    await server().raw('SET', `${prefix}${id}`, text);
    return browser;
  }

  test.each(HOSTILE)('%s, a visitor gets another session, with a warning', async (text) => {
    const browser = await replacedBy(text);
    const [id] = await store.ids();
    const warned = once(store, 'warning');
    expect(await browser.get(app(), '/')).toEqual({});
    expect(await warned).toMatchObject([{ code: 'ERR_HOLDFAST_CORRUPT' }]);
    expect(await browser.post(app(), '/visit')).toEqual({ visits: 1 });
    expect(await browser.get(app(), '/')).toEqual({ visits: 1 });
    expect(await server().raw('GET', `${prefix}${id}`)).toBe(text);
  });

  test.each(ODD)('%s, an application takes it for a session without a user', async (text) => {
    const browser = await replacedBy(text);
    expect(await browser.get(app(), '/')).toEqual({});
    expect(await browser.post(app(), '/visit')).toEqual({ visits: 1 });
    expect(await browser.get(app(), '/')).toEqual({ visits: 1 });
  });
});
