import { describe, expect, test } from '@jest/globals';
import session, { type SessionData } from 'express-session';
import { FastifyStore } from '../src/fastify.ts';
import { encrypted, RedisStore, SessionRepository } from '../src/index.ts';
import { MemoryRedis } from './memory-redis.ts';

const WRAPPERS: Record<string, <Wrapped extends object>(wrapped: Wrapped) => Wrapped> = {
  'new Proxy(store, {})': (wrapped) => new Proxy(wrapped, {}),
  'Object.create(store)': (wrapped) => Object.create(wrapped),
};

type Call = [name: string, call: () => unknown];

/** The methods of a class and of those that it extends, up to one that is not ours. */
function methodsOf(Class: { prototype: object }, last: { prototype: object }): string[] {
  const names = new Set<string>();
  for (let { prototype } = Class; ; prototype = Object.getPrototypeOf(prototype)) {
    for (const name of Object.getOwnPropertyNames(prototype)) names.add(name);
    if (prototype === last.prototype) return [...names].filter((name) => name !== 'constructor');
  }
}

function sessionOf(fields: object): SessionData {
  return { cookie: { originalMaxAge: null }, ...fields };
}

const options = {
  hashIds: true,
  userId: (session: object): string | undefined => Reflect.get(session, 'user'),
};

describe.each(Object.entries(WRAPPERS))('%s', (_, wrapped) => {
  test('has every method of a RedisStore', async () => {
    const store = new RedisStore({ client: new MemoryRedis(), ...options });
    const wrapper = wrapped(store);
    const request = { sessionID: 'id' } as Parameters<RedisStore['createSession']>[0];
    Reflect.set(wrapper, 'generate', () => {});
    const calls: Call[] = [
      ['set', () => wrapper.set('id', sessionOf({ user: 'ada' }))],
      ['get', () => wrapper.get('id')],
      ['touch', () => wrapper.touch('id', sessionOf({}))],
      ['update', () => wrapper.update('id', () => {})],
      ['handleOf', () => wrapper.handleOf('id')],
      ['listByUser', () => wrapper.listByUser('ada')],
      ['countByUser', () => wrapper.countByUser('ada')],
      ['destroyByUser', () => wrapper.destroyByUser('bob')],
      ['destroyByHandle', () => wrapper.destroyByHandle(store.handleOf('other'))],
      ['length', () => wrapper.length()],
      ['ids', () => wrapper.ids()],
      ['all', () => wrapper.all()],
      ['sessions', () => wrapper.sessions().next()],
      ['createSession', () => wrapper.createSession(request, sessionOf({}))],
      [
        'regenerate',
        () => new Promise((done) => wrapper.regenerate(request, (error) => done(error ?? 'done'))),
      ],
      ['destroy', () => wrapper.destroy('id')],
      ['clear', () => wrapper.clear()],
    ];
    expect(calls.map(([name]) => name).sort()).toEqual(methodsOf(RedisStore, RedisStore).sort());
    for (const [name, call] of calls) {
      if (name === 'clear') await store.set('id', sessionOf({}));
      await call();
    }
    expect(await store.ids()).toEqual([]);
  });

  test('passes on the events of a RedisStore, and listeners to it', async () => {
    const client = new MemoryRedis();
    client.texts.set('sess:id', 'no JSON');
    const store = new RedisStore({ client });
    const wrapper = wrapped(store);
    const seen: string[] = [];
    const removed = () => seen.push('removed');
    wrapper.on('warning', removed);
    wrapper.off('warning', removed);
    wrapper.on('warning', ({ code }) => seen.push(code));
    wrapper.once('warning', ({ code }) => seen.push(`once ${code}`));
    store.on('warning', ({ code }) => seen.push(`store ${code}`));
    await wrapper.get('id');
    const code = 'ERR_HOLDFAST_CORRUPT';
    expect(seen).toEqual([code, `once ${code}`, `store ${code}`]);
    expect(wrapper.listenerCount('warning')).toBe(2);
  });

  test('works as the store of express-session', async () => {
    const store = new RedisStore({ client: new MemoryRedis() });
    const middleware = session({
      store: wrapped(store),
      secret: 'secret',
      resave: false,
      saveUninitialized: false,
    });
    const request = { url: '/', headers: {} } as Parameters<typeof middleware>[0];
    const response = { setHeader() {}, writeHead() {}, end() {} };
    await new Promise((next) => middleware(request, response as never, next));
    await new Promise((saved) => request.session.save(saved));
    expect(await store.ids()).toEqual([request.sessionID]);
  });

  test('has every method of a SessionRepository', async () => {
    const repository = new SessionRepository<{ user?: string }>({
      client: new MemoryRedis(),
      ...options,
    });
    const wrapper = wrapped(repository);
    const calls: Call[] = [
      ['save', () => wrapper.save('id', { user: 'ada' })],
      ['load', () => wrapper.load('id')],
      ['touch', () => wrapper.touch('id', {})],
      ['update', () => wrapper.update('id', () => {})],
      ['declareNew', () => wrapper.declareNew({})],
      ['adopt', () => wrapper.adopt({}, {})],
      ['endReason', () => wrapper.endReason('id')],
      ['handleOf', () => wrapper.handleOf('id')],
      ['listByUser', () => wrapper.listByUser('ada')],
      ['countByUser', () => wrapper.countByUser('ada')],
      ['destroyByUser', () => wrapper.destroyByUser('ada')],
      ['destroyByHandle', () => wrapper.destroyByHandle(repository.handleOf('other'))],
      ['length', () => wrapper.length()],
      ['ids', () => wrapper.ids()],
      ['sessions', () => wrapper.sessions().next()],
      ['destroy', () => wrapper.destroy('id')],
      ['clear', () => wrapper.clear()],
    ];
    const methods = methodsOf(SessionRepository, SessionRepository);
    expect(calls.map(([name]) => name).sort()).toEqual(methods.sort());
    for (const [, call] of calls) await call();
    expect(await repository.ids()).toEqual([]);
  });

  test('has every method of a FastifyStore', async () => {
    const store = new FastifyStore<{ user?: string }>({ client: new MemoryRedis() });
    const wrapper = wrapped(store);
    const called = (call: (done: (error: unknown, result?: unknown) => void) => void) =>
      new Promise((resolve, reject) => {
        call((error, result) => (error ? reject(error) : resolve(result)));
      });
    await called((done) => wrapper.set('id', { user: 'ada' }, done));
    expect(await called((done) => wrapper.get('id', done))).toMatchObject({ user: 'ada' });
    await called((done) => wrapper.destroy('id', done));
    expect(await wrapper.load('id')).toBeNull();
    expect(methodsOf(FastifyStore, FastifyStore).sort()).toEqual(['destroy', 'get', 'set']);
  });

  test('encrypts and decrypts as the serializer that it wraps', async () => {
    const serializer = encrypted<object>({ keys: [{ id: 'key', key: Buffer.alloc(32, 7) }] });
    const wrapper = wrapped(serializer);
    const text = await wrapper.seal({ user: 'ada' }, 'id');
    expect(await wrapper.open(text, 'id')).toEqual({ user: 'ada' });
  });

  test('calls a method that was replaced, as spies do, in a subclass or on the prototype', async () => {
    class Counting extends RedisStore {
      reads = 0;
      override handleOf(id: string): string {
        this.reads++;
        return super.handleOf(id);
      }
    }
    const store = new Counting({ client: new MemoryRedis() });
    wrapped(store).handleOf('id');
    const { countByUser } = RedisStore.prototype;
    RedisStore.prototype.countByUser = async () => 7;
    try {
      expect(await wrapped(store).countByUser('ada')).toBe(7);
    } finally {
      RedisStore.prototype.countByUser = countByUser;
    }
  });
});

describe('null in place of a callback', () => {
  test('counts as none, with every method', async () => {
    const store = new RedisStore({ client: new MemoryRedis() });
    await store.set('id', sessionOf({ user: 'ada' }), null);
    expect(await store.get('id', null)).toMatchObject({ user: 'ada' });
    await store.touch('id', sessionOf({}), null);
    expect(await store.length(null)).toBe(1);
    expect(await store.ids(null)).toEqual(['id']);
    expect(await store.all(null)).toMatchObject([{ id: 'id', user: 'ada' }]);
    await store.destroy('id', null);
    await store.clear(null);
    let isGenerated = false;
    Reflect.set(store, 'generate', () => {
      isGenerated = true;
    });
    await store.regenerate({ sessionID: 'id' } as never, null);
    expect(isGenerated).toBe(true);
  });

  test('counts as none, with every method of a FastifyStore', async () => {
    const store = new FastifyStore<{ user?: string }>({ client: new MemoryRedis() });
    await store.set('id', { user: 'ada' }, null);
    expect(await store.get('id', null)).toMatchObject({ user: 'ada' });
    await store.destroy('id', null);
    expect(await store.load('id')).toBeNull();
  });
});
