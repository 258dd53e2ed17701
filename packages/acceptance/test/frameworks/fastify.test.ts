import {
  type RedisProxy,
  startRedis,
  startRedisProxy,
  type TestRedis,
} from '@holdfast/test-servers';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type AppName, startApps, Visitor } from '../support/frameworks/fastify-visitor.ts';

const PREFIX = `holdfast-test:fastify:${process.pid}:`;

let redis: TestRedis;
let proxy: RedisProxy;
let apps: Awaited<ReturnType<typeof startApps>>;
beforeAll(async () => {
  redis = await startRedis();
  proxy = await startRedisProxy(redis.url);
  apps = await startApps(proxy.url, PREFIX);
});
afterAll(async () => {
  await apps.stop();
  await proxy.cut();
  await redis.stop();
});

/** Somebody with a session in which `user` is set. */
async function signedIn(app: AppName): Promise<Visitor> {
  const visitor = new Visitor(apps.urls[app]);
  await visitor.get('/set/user');
  return visitor;
}

const raw = ({ id }: Visitor, command: string, ...args: string[]) =>
  redis.raw(command, PREFIX + id, ...args);

async function stored(visitor: Visitor): Promise<Record<string, unknown>> {
  return JSON.parse(String(await raw(visitor, 'GET')));
}

describe('FastifyStore', () => {
  test('keeps a session, and nothing of its own among the fields', async () => {
    const visitor = await signedIn('one');
    await visitor.get('/set/more');
    expect(Object.keys(await stored(visitor))).toEqual(['cookie', 'user', 'more']);
    const shown = JSON.parse((await visitor.get('/')).text);
    expect(Object.keys(shown)).toEqual(['cookie', 'user', 'more']);
  });

  test('loses nothing of 50 requests that have read the same, at two applications', async () => {
    const visitor = await signedIn('one');
    const other = new Visitor(apps.urls.other, visitor.cookie);
    const fields = Array.from({ length: 50 }, (_, index) => `field${index}`);
    const begun = fields.map((field, index) =>
      (index % 2 === 0 ? visitor : other).begin(`/set/${field}`),
    );
    await Promise.all((await Promise.all(begun)).map(({ finish }) => finish()));
    const { cookie, ...rest } = await stored(visitor);
    expect(rest).toEqual(Object.fromEntries(['user', ...fields].map((field) => [field, true])));
  });

  test.each(['/destroy', '/regenerate'])('%s is not undone by requests under way', async (end) => {
    const visitor = await signedIn('one');
    const dropped = async () => JSON.parse((await visitor.get('/test/dropped')).text);
    const before = await dropped();
    const slow = [await visitor.begin('/set/late'), await visitor.begin('/look')];
    await new Visitor(apps.urls.other, visitor.cookie).get(end);
    for (const { finish } of slow) expect((await finish()).status).toBe(200);
    expect(await raw(visitor, 'EXISTS')).toBe(0);
    expect(await dropped()).toEqual([...before, 'gone', 'gone']);
  });

  test('a session to which all fields of another are copied is a new one', async () => {
    const visitor = await signedIn('one');
    const { id } = visitor;
    await visitor.get('/regenerate-copying');
    expect(visitor.id).not.toBe(id);
    await visitor.get('/set/more');
    expect(Object.keys(await stored(visitor))).toEqual(['cookie', 'user', 'more']);
  });

  test('a field of the application that is called like its own does no harm', async () => {
    const visitor = await signedIn('one');
    expect((await visitor.get('/set/holdfastOrigin')).status).toBe(200);
    expect((await visitor.get('/set/more')).status).toBe(200);
    expect(await stored(visitor)).toMatchObject({ user: true, more: true });
  });

  test('regenerate keeps what it is told to, under a new id', async () => {
    const visitor = await signedIn('one');
    await visitor.get('/set/more');
    const { id } = visitor;
    await visitor.get('/regenerate');
    expect(visitor.id).not.toBe(id);
    expect(Object.keys(await stored(visitor))).toEqual(['cookie', 'user']);
  });

  test('merges the second save of a request, too', async () => {
    const visitor = await signedIn('one');
    const slow = await visitor.begin('/save-twice');
    await visitor.get('/set/between');
    await slow.finish();
    expect(await stored(visitor)).toMatchObject({ once: true, between: true, twice: true });
  });

  test('merges with what is stored after a reload', async () => {
    const visitor = await signedIn('one');
    const slow = await visitor.begin('/reload');
    await visitor.get('/set/before');
    await slow.goOnTo('reloaded');
    await visitor.get('/set/after');
    await slow.finish();
    expect(await stored(visitor)).toMatchObject({ before: true, after: true, reloaded: true });
  });

  test('puts off the end with each request, as "rolling" is the default', async () => {
    const visitor = await signedIn('one');
    await raw(visitor, 'PEXPIRE', '60000');
    expect((await visitor.get('/')).setsCookie).toBe(true);
    expect(await raw(visitor, 'PTTL')).toBeGreaterThan(3_500_000);
  });

  test('is not asked to write where nothing changed, without "rolling"', async () => {
    const visitor = await signedIn('unrolled');
    await raw(visitor, 'PEXPIRE', '60000');
    expect((await visitor.get('/')).setsCookie).toBe(false);
    expect(await raw(visitor, 'PTTL')).toBeLessThanOrEqual(60_000);
  });

  test('is not asked to store a session for whoever only looks', async () => {
    const visitor = new Visitor(apps.urls.one);
    expect((await visitor.get('/')).setsCookie).toBe(false);
  });

  test('knows the age of a session, so that maxLifetime ends it', async () => {
    const visitor = await signedIn('mortal');
    const { holdfastCreatedAt } = await stored(visitor);
    expect(holdfastCreatedAt).toEqual(expect.any(Number));
    await visitor.get('/set/more');
    expect(await stored(visitor)).toMatchObject({ holdfastCreatedAt, more: true });
    expect(await raw(visitor, 'PTTL')).toBeLessThanOrEqual(600_000);
  });

  test('lets visitors know where a session could not be read, or saved', async () => {
    const visitor = await signedIn('one');
    const slow = await visitor.begin('/set/late');
    await proxy.cut();
    expect((await slow.finish()).status).toBe(503);
    expect((await visitor.get('/')).status).toBe(503);
    await proxy.restore();
  });
});

describe('RedisStore under @fastify/session, which copies what it reads,', () => {
  test('loses what another request has stored meanwhile', async () => {
    const visitor = await signedIn('redisStore');
    const slow = await visitor.begin('/set/late');
    await visitor.get('/set/lost');
    await slow.finish();
    expect(Object.keys(await stored(visitor))).toEqual(['cookie', 'user', 'late']);
  });

  test('lets a request under way undo a sign-out', async () => {
    const visitor = await signedIn('redisStore');
    const slow = await visitor.begin('/set/late');
    await new Visitor(apps.urls.redisStore, visitor.cookie).get('/destroy');
    expect(await raw(visitor, 'EXISTS')).toBe(0);
    await slow.finish();
    expect(await raw(visitor, 'EXISTS')).toBe(1);
  });
});
