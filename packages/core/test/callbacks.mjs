// Run as a process of its own by redis-store.test.ts: what a callback throws must reach the process.
import { RedisStore } from '../dist/index.js';

const working = {
  get: async () => null,
  set: async () => {},
  compareAndSet: async () => null,
  expire: async () => false,
  del: async () => 0,
  mget: async () => [],
  async *scan() {},
  zadd: async () => {},
  zrem: async () => 0,
  zrange: async () => [],
  zcount: async () => 0,
};
const failing = (error) => ({ ...working, get: () => Promise.reject(error), set: working.set });

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
  'resolve function that throws nothing': async () => {
    const client = { ...working, get: async () => '{"a":1}', compareAndSet: async () => '{"a":2}' };
    const resolve = () => {
      throw undefined;
    };
    const store = new RedisStore({ client, resolve });
    store.set('id', Object.assign(await store.get('id'), { a: 3 }), print);
  },
};

process.on('uncaughtException', (error, origin) => console.log(`${origin}: ${error.message}`));
scenarios[process.argv[2]]();
