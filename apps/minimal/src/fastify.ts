import cookie from '@fastify/cookie';
import session from '@fastify/session';
import { FastifyStore } from '@holdfast/core/fastify';
import { fromNodeRedis } from '@holdfast/node-redis';
import fastify, { type Session } from 'fastify';
import { createClient } from 'redis';

declare module 'fastify' {
  interface Session {
    visits?: number;
  }
}

const redis = createClient({ url: process.env.REDIS_URL ?? 'redis://localhost:6379' });
redis.on('error', (error) => console.error('Redis:', error));
await redis.connect();

const app = fastify();
await app.register(cookie);
await app.register(session, {
  store: new FastifyStore<Session>({ client: fromNodeRedis(redis) }),
  // @fastify/session requires at least 32 characters.
  secret: process.env.SESSION_SECRET ?? '',
  cookie: { maxAge: 30 * 60 * 1000, sameSite: 'lax', secure: 'auto' },
  saveUninitialized: false,
});

app.get('/', async ({ session }) => {
  session.visits = (session.visits ?? 0) + 1;
  return { visits: session.visits };
});

app.post('/sign-out', async ({ session }, reply) => {
  await session.destroy();
  return reply.clearCookie('sessionId', { path: '/' }).code(204).send();
});

console.log(`Open at ${await app.listen({ port: Number(process.env.PORT ?? 3000) })}`);
