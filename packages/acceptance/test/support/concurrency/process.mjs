// Serves one application for each kind of store, in a process of its own.
import { createHash } from 'node:crypto';
import { encrypted, RedisStore, sum, union } from '@holdfast/core';
import { fromIoredis } from '@holdfast/ioredis';
import { fromNodeRedis } from '@holdfast/node-redis';
import { RedisStore as ConnectRedisStore } from 'connect-redis-10';
import { Redis } from 'ioredis';
import { createClient } from 'redis';
import { appOn, mounted } from './app.mjs';

const [url, run] = process.argv.slice(2);

const nodeRedis = createClient({ url });
await nodeRedis.connect();
const ioredis = new Redis(url);

/** Keeps both values. */
const resolved = [];
function conflicts(path, base, mine, theirs) {
  resolved.push({ path, base, mine, theirs });
  return `${theirs} and ${mine}`;
}

const byField = { visits: sum, roles: union };

const userId = ({ user }) => user;

// Both processes must have the same key.
const key = createHash('sha256').update(run).digest('hex');
const sealed = encrypted({ keys: [{ id: 'key', key }] });

/** Requests follow each other within milliseconds, and each is to touch the session. */
const touched = { touchAfter: 0 };

const stores = {
  'node-redis': (prefix, commands) => ({
    store: new RedisStore({
      client: counted(fromNodeRedis(nodeRedis), commands),
      ...touched,
      prefix,
    }),
  }),
  ioredis: (prefix, commands) => ({
    store: new RedisStore({ client: counted(fromIoredis(ioredis), commands), ...touched, prefix }),
  }),
  'node-redis-conflicts': (prefix) => ({
    store: new RedisStore({ client: fromNodeRedis(nodeRedis), ...touched, prefix, conflicts }),
    resolved,
  }),
  'ioredis-conflicts': (prefix) => ({
    store: new RedisStore({ client: fromIoredis(ioredis), ...touched, prefix, conflicts }),
    resolved,
  }),
  'node-redis-by-field': (prefix) => ({
    store: new RedisStore({
      client: fromNodeRedis(nodeRedis),
      ...touched,
      prefix,
      conflicts: byField,
    }),
  }),
  'ioredis-by-field': (prefix) => ({
    store: new RedisStore({ client: fromIoredis(ioredis), ...touched, prefix, conflicts: byField }),
  }),
  'node-redis-hashed': (prefix) => ({
    store: new RedisStore({ client: fromNodeRedis(nodeRedis), prefix, hashIds: true, userId }),
  }),
  'ioredis-encrypted': (prefix) => ({
    store: new RedisStore({ client: fromIoredis(ioredis), prefix, serializer: sealed, userId }),
  }),
  'node-redis-limited': (prefix) => ({
    store: new RedisStore({ client: fromNodeRedis(nodeRedis), prefix, userId, maxPerUser: 1 }),
  }),
  'ioredis-forgetful': (prefix) => ({
    store: new RedisStore({ client: fromIoredis(ioredis), prefix, userId, rememberEnded: 0 }),
  }),
  'node-redis-overwrite': (prefix) => ({
    store: new RedisStore({
      client: fromNodeRedis(nodeRedis),
      ...touched,
      prefix,
      concurrency: 'overwrite',
    }),
  }),
  'ioredis-overwrite': (prefix) => ({
    store: new RedisStore({
      client: fromIoredis(ioredis),
      ...touched,
      prefix,
      concurrency: 'overwrite',
    }),
  }),
  'node-redis-indexed': (prefix) => ({
    store: new RedisStore({ client: fromNodeRedis(nodeRedis), ...touched, prefix, userId }),
  }),
  'ioredis-indexed': (prefix) => ({
    store: new RedisStore({ client: fromIoredis(ioredis), ...touched, prefix, userId }),
  }),
  'node-redis-counting': (prefix) => ({
    store: new RedisStore({
      client: fromNodeRedis(nodeRedis),
      ...touched,
      prefix,
      trackCount: true,
    }),
  }),
  'ioredis-counting': (prefix) => ({
    store: new RedisStore({ client: fromIoredis(ioredis), ...touched, prefix, trackCount: true }),
  }),
  'node-redis-held': (prefix) => ({
    store: new RedisStore({ client: fromNodeRedis(nodeRedis), ...touched, prefix }),
    isHeld: true,
  }),
  'ioredis-held': (prefix) => ({
    store: new RedisStore({ client: fromIoredis(ioredis), ...touched, prefix }),
    isHeld: true,
  }),
  'node-redis-indexed-held': (prefix) => ({
    store: new RedisStore({ client: fromNodeRedis(nodeRedis), ...touched, prefix, userId }),
    isHeld: true,
  }),
  'ioredis-indexed-held': (prefix) => ({
    store: new RedisStore({ client: fromIoredis(ioredis), ...touched, prefix, userId }),
    isHeld: true,
  }),
  'connect-redis': (prefix) => ({
    store: new ConnectRedisStore({ client: nodeRedis, prefix }),
  }),
};

/** Counts the commands by name. */
function counted(client, commands) {
  const wrapped = { ...client };
  for (const [name, send] of Object.entries(client)) {
    if (typeof send !== 'function') continue;
    wrapped[name] = (...args) => {
      commands[name] = (commands[name] ?? 0) + 1;
      return send(...args);
    };
  }
  return wrapped;
}

const apps = {};
for (const [kind, open] of Object.entries(stores)) {
  for (const resave of [true, false]) {
    const name = `${kind}-${resave ? 'resave' : 'no-resave'}`;
    const commands = {};
    apps[name] = appOn({ ...open(`${run}:${name}:`, commands), commands, resave });
  }
}
const server = mounted(apps).listen(0, '127.0.0.1', () => process.send(server.address().port));

// Ends with the test that started it.
process.on('disconnect', () => process.exit());
