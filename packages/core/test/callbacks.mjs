// Runs in a process of its own (see redis-store.test.ts), because errors of callbacks and listeners must reach the process.
import { FastifyStore } from '../dist/fastify.js';
import { RedisStore, SessionRepository } from '../dist/index.js';

const working = {
  get: async () => null,
  set: async () => {},
  compareAndSet: async () => null,
  markerOf: (key) => `holdfast:ended:{${key}}`,
  setUnlessMarked: async () => null,
  delAndMark: async () => false,
  pexpire: async () => false,
  del: async () => 0,
  mget: async () => [],
  async *scan() {},
  zaddExtendingTtl: async () => {},
  zrem: async () => 0,
  zrangeByScore: async () => [],
  zcount: async () => 0,
  zscore: async () => null,
  info: async () => ['maxmemory:0\r\n'],
};
const failing = (error) => ({ ...working, get: () => Promise.reject(error), set: working.set });

/** Lets everything run that is due. */
const nextTurn = () => new Promise((resolve) => setTimeout(resolve));

/** A store whose commands all fail. */
function failingStore() {
  const fail = () => Promise.reject(new Error('OOM command not allowed'));
  return new RedisStore({
    client: { ...working, get: fail, setUnlessMarked: fail, delAndMark: fail, del: fail },
  });
}

const print = (error) => console.log(`callback: ${error}`);
const printAndThrow = (error) => {
  print(error);
  throw new Error('thrown by the callback');
};

const scenarios = {
  'throwing callback': () => new RedisStore({ client: working }).get('id', printAndThrow),
  'throwing callback, failing client': () =>
    new RedisStore({ client: failing(new Error('the client failed')) }).get('id', printAndThrow),
  'failing client': () =>
    new RedisStore({ client: failing(new Error('the client failed')) }).get('id', print),
  'client failing with undefined': () =>
    new RedisStore({ client: failing(undefined) }).get('id', print),
  'failing async ttl function': () =>
    new RedisStore({
      client: working,
      ttl: async () => {
        throw new Error('late');
      },
    }).set('id', {}, print),
  'conflicts function that throws nothing': async () => {
    const client = { ...working, get: async () => '{"a":1}', compareAndSet: async () => '{"a":2}' };
    const conflicts = () => {
      throw undefined;
    };
    const store = new RedisStore({ client, conflicts });
    store.set('id', Object.assign(await store.get('id'), { a: 3 }), print);
  },
  'ids that are not strings': () => {
    const client = {
      ...working,
      zrangeByScore: async () => [{ member: 5, score: Number.MAX_SAFE_INTEGER }],
      mget: async () => ['{"user":"ada"}'],
      zrem: () => Promise.reject(new Error('the client failed')),
    };
    const store = new RedisStore({ client, userId: ({ user }) => user, trackCount: true });
    store.destroyByUser('ada').catch(print);
  },
  'throwing listener': () => {
    const setUnlessMarked = () => Promise.reject(new Error('the client failed'));
    const store = new RedisStore({ client: { ...working, setUnlessMarked } });
    store.on('saveError', () => {
      console.log('first listener');
      throw new Error('thrown by the listener');
    });
    store.once('saveError', () => console.log('second listener'));
    store.set('id', {}, print);
  },
  'promises that nothing waits for': async () => {
    let lines = 0;
    const log = (line) => {
      lines++;
      console.log(line);
    };
    process.on('warning', ({ code }) => log(`printed: ${code}`));
    const store = failingStore();
    store.set('id', {});
    while (lines < 1) await nextTurn();
    store.on('saveError', ({ error }) => log(`saveError: ${error.code}`));
    store.set('id', {});
    store.destroy('id');
    while (lines < 3) await nextTurn();
    store.on('warning', ({ code }) => console.log(`warning: ${code}`));
    store.destroy('id');
    store.update('id', () => {});
  },
  'promises that the caller waits for': async () => {
    const store = failingStore();
    store.on('warning', ({ code }) => console.log(`warning: ${code}`));
    await store.destroy('id').catch(({ code }) => console.log(`catch: ${code}`));
    await store.destroy('id').then(undefined, ({ code }) => console.log(`then: ${code}`));
    try {
      await store.destroy('id');
    } catch ({ code }) {
      console.log(`await: ${code}`);
    }
    const results = await Promise.allSettled([store.destroy('id'), store.update('id', () => {})]);
    console.log(`allSettled: ${results.map(({ status }) => status)}`);
  },
  'callback of a FastifyStore that throws': () => {
    process.on('warning', ({ message }) => console.log(`printed: ${message}`));
    new FastifyStore({ client: working }).set('id', {}, printAndThrow);
  },
  'throwing onOutage': async () => {
    let get = () => Promise.reject(new Error('the client failed'));
    const client = { ...working, get: () => get() };
    let isDown = false;
    const onOutage = (isUnavailable) => {
      isDown = isUnavailable;
      console.log(isUnavailable ? 'unavailable' : 'back');
      throw new Error('thrown by onOutage');
    };
    const sessions = new SessionRepository({ client }, { onOutage });
    while (!isDown) await sessions.load('id').catch(() => {});
    get = working.get;
    while (isDown) await new Promise((resolve) => setTimeout(resolve, 10));
    console.log(`loaded: ${await sessions.load('id')}`);
  },
};

process.on('uncaughtException', (error, origin) => console.log(`${origin}: ${error.message}`));
scenarios[process.argv[2]]();
