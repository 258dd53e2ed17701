import { until } from '@holdfast/test-servers';
import { describe, expect, test } from '@jest/globals';
import { type AppName, startApps, Visitor } from '../support/frameworks/fastify-visitor.ts';
import { useProxy, useRedis, useResource } from '../support/resources.ts';

const PREFIX = `holdfast-test:fastify:${process.pid}:`;

const redis = useRedis();
const proxy = useProxy(redis);
const apps = useResource(
  () => startApps(proxy().url, PREFIX),
  (started) => started.stop(),
);

/** Returns a visitor with a session in which `user` is set. */
async function signedIn(app: AppName): Promise<Visitor> {
  const visitor = new Visitor(apps().message[app]);
  await visitor.get('/set/user');
  return visitor;
}

const raw = ({ id }: Visitor, command: string, ...args: string[]) =>
  redis().raw(command, PREFIX + id, ...args);

async function stored(visitor: Visitor): Promise<Record<string, unknown>> {
  return JSON.parse(String(await raw(visitor, 'GET')));
}

describe('FastifyStore', () => {
  test('stores a session without fields of its own', async () => {
    const visitor = await signedIn('one');
    await visitor.get('/set/more');
    expect(Object.keys(await stored(visitor))).toEqual(['cookie', 'user', 'more']);
    const shown = JSON.parse((await visitor.get('/')).text);
    expect(Object.keys(shown)).toEqual(['cookie', 'user', 'more']);
  });

  test('loses nothing of 50 concurrent requests at two applications', async () => {
    const visitor = await signedIn('one');
    const other = new Visitor(apps().message.other, visitor.cookie);
    const fields = Array.from({ length: 50 }, (_, index) => `field${index}`);
    const begun = fields.map((field, index) =>
      (index % 2 === 0 ? visitor : other).begin(`/set/${field}`),
    );
    await Promise.all((await Promise.all(begun)).map(({ finish }) => finish()));
    const { cookie, ...rest } = await stored(visitor);
    expect(rest).toEqual(Object.fromEntries(['user', ...fields].map((field) => [field, true])));
  });

  test('survives a handler that replies twice', async () => {
    const visitor = await signedIn('one');
    expect((await visitor.get('/reply-twice')).text).toBe('first');
    expect((await visitor.get('/')).status).toBe(200);
    expect(await stored(visitor)).toMatchObject({ user: true, replied: true });
  });

  test.each(['/destroy', '/regenerate'])('%s is not undone by running requests', async (end) => {
    const visitor = await signedIn('one');
    const dropped = async () => JSON.parse((await visitor.get('/test/dropped')).text);
    const before = await dropped();
    const slow = [await visitor.begin('/set/late'), await visitor.begin('/look')];
    await new Visitor(apps().message.other, visitor.cookie).get(end);
    for (const { finish } of slow) expect((await finish()).status).toBe(200);
    expect(await raw(visitor, 'EXISTS')).toBe(0);
    expect(await dropped()).toEqual([...before, 'gone', 'gone']);
  });

  test('treats a session with all fields of another as a new one', async () => {
    const visitor = await signedIn('one');
    const { id } = visitor;
    await visitor.get('/regenerate-copying');
    expect(visitor.id).not.toBe(id);
    await visitor.get('/set/more');
    expect(Object.keys(await stored(visitor))).toEqual(['cookie', 'user', 'more']);
  });

  test('accepts a field of the application that has the name of an internal one', async () => {
    const visitor = await signedIn('one');
    expect((await visitor.get('/set/holdfastOrigin')).status).toBe(200);
    expect((await visitor.get('/set/more')).status).toBe(200);
    expect(await stored(visitor)).toMatchObject({ user: true, more: true });
  });

  test('keeps the fields that regenerate names, under a new id', async () => {
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

  test('merges a save after a reload with what is stored', async () => {
    const visitor = await signedIn('one');
    const slow = await visitor.begin('/reload');
    await visitor.get('/set/before');
    await slow.goOnTo('reloaded');
    await visitor.get('/set/after');
    await slow.finish();
    expect(await stored(visitor)).toMatchObject({ before: true, after: true, reloaded: true });
  });

  test('extends a session with each request, because "rolling" is the default', async () => {
    const visitor = await signedIn('one');
    await raw(visitor, 'PEXPIRE', '60000');
    expect((await visitor.get('/')).setsCookie).toBe(true);
    expect(await raw(visitor, 'PTTL')).toBeGreaterThan(3_500_000);
  });

  test('writes nothing if nothing changed, without "rolling"', async () => {
    const visitor = await signedIn('unrolled');
    await raw(visitor, 'PEXPIRE', '60000');
    expect((await visitor.get('/')).setsCookie).toBe(false);
    expect(await raw(visitor, 'PTTL')).toBeLessThanOrEqual(60_000);
  });

  test('stores no session for a visitor who only reads', async () => {
    const visitor = new Visitor(apps().message.one);
    expect((await visitor.get('/')).setsCookie).toBe(false);
  });

  test('keeps the creation time of a session for maxLifetime', async () => {
    const visitor = await signedIn('mortal');
    const { holdfastCreatedAt } = await stored(visitor);
    expect(holdfastCreatedAt).toEqual(expect.any(Number));
    await visitor.get('/set/more');
    expect(await stored(visitor)).toMatchObject({ holdfastCreatedAt, more: true });
    expect(await raw(visitor, 'PTTL')).toBeLessThanOrEqual(600_000);
  });

  test('is status 503 if a session cannot be read or saved', async () => {
    const visitor = await signedIn('one');
    const slow = await visitor.begin('/set/late');
    await proxy().cut();
    expect((await slow.finish()).status).toBe(503);
    expect((await visitor.get('/')).status).toBe(503);
    await proxy().restore();
    await until(
      'the application serves again',
      async () => (await visitor.get('/')).status === 200,
    );
  });
});

describe('RedisStore with @fastify/session, which copies what it reads,', () => {
  test('loses what a concurrent request stored', async () => {
    const visitor = await signedIn('redisStore');
    const slow = await visitor.begin('/set/late');
    await visitor.get('/set/lost');
    await slow.finish();
    expect(Object.keys(await stored(visitor))).toEqual(['cookie', 'user', 'late']);
  });

  test('lets no running request undo a sign-out, as long as the store remembers the end', async () => {
    const visitor = await signedIn('redisStore');
    const slow = await visitor.begin('/set/late');
    await new Visitor(apps().message.redisStore, visitor.cookie).get('/destroy');
    expect(await raw(visitor, 'EXISTS')).toBe(0);
    await slow.finish();
    expect(await raw(visitor, 'EXISTS')).toBe(0);
  });
});
