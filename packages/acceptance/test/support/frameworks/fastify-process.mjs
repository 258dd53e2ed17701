// Serves Fastify applications in a process of its own, because Jest cannot load @fastify/cookie. Sends their URLs.
import { RedisStore } from '@holdfast/core';
import { FastifyStore } from '@holdfast/core/fastify';
import { fromIoredis } from '@holdfast/ioredis';
import { Redis } from 'ioredis';
import { serve } from './fastify-app.mjs';

const [url, prefix] = process.argv.slice(2);
const redis = new Redis(url, {
  lazyConnect: true,
  enableOfflineQueue: false,
  maxRetriesPerRequest: 0,
  retryStrategy: () => 10,
});
// A test cuts the connection.
redis.on('error', () => {});
await redis.connect();
const client = fromIoredis(redis);

const dropped = [];
const listeners = { onDropped: ({ reason }) => dropped.push(reason) };
const store = new FastifyStore({ client, prefix }, listeners);

process.send({
  one: await serve(store, { dropped }),
  other: await serve(new FastifyStore({ client, prefix })),
  unrolled: await serve(new FastifyStore({ client, prefix }), { rolling: false }),
  mortal: await serve(new FastifyStore({ client, prefix, maxLifetime: 600 })),
  redisStore: await serve(new RedisStore({ client, prefix })),
});

// Ends with the test that started it.
process.on('disconnect', () => process.exit());
