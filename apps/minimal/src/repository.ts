import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SessionRepository } from '@holdfast/core/repository';
import { fromNodeRedis } from '@holdfast/node-redis';
import { createClient } from 'redis';

/** What is known of an API token. */
interface Token {
  user: string;
  uses: number;
}

/** What is answered: a status, and what is sent as JSON. */
type Answer = [status: number, body?: object];

const redis = createClient({ url: process.env.REDIS_URL ?? 'redis://localhost:6379' });
redis.on('error', (error) => console.error('Redis:', error));
await redis.connect();

const tokens = new SessionRepository<Token>({
  client: fromNodeRedis(redis),
  prefix: 'token:',
  // A token ends when it was not used for thirty days.
  ttl: 30 * 24 * 60 * 60,
  // Whoever can read the Redis finds no token there, only its hash.
  hashIds: true,
  userId: ({ user }) => user,
});

/** Gives a new token to a user. Who may ask for one is for your application to know; here it is everybody. */
async function create(user: string): Promise<Answer> {
  const token = randomBytes(32).toString('base64url');
  await tokens.save(token, { user, uses: 0 });
  return [201, { token }];
}

/** Counts this use of a token, and puts off its end; however many there are at once, each counts. */
async function use(token: string): Promise<Answer> {
  const used = await tokens.update(token, (stored) => {
    stored.uses += 1;
  });
  return used === null ? [401] : [200, used];
}

/** The tokens of the user whose token this is. The tokens themselves are not known to anybody else. */
async function list(token: string): Promise<Answer> {
  const mine = await tokens.load(token);
  if (mine === null) return [401];
  const all = await tokens.listByUser(mine.user);
  return [200, all.map(({ handle, session, lastActive }) => ({ handle, lastActive, ...session }))];
}

async function revoke(token: string): Promise<Answer> {
  await tokens.destroy(token);
  return [204];
}

const BASE = 'http://localhost';

function answerTo({ method, url = '/', headers }: IncomingMessage): Promise<Answer> | Answer {
  if (!URL.canParse(url, BASE)) return [400];
  const { pathname, searchParams } = new URL(url, BASE);
  const user = searchParams.get('user');
  const token = headers.authorization?.match(/^Bearer ([\w-]+)$/)?.[1];
  const route = `${method} ${pathname}`;
  if (route === 'POST /tokens') return user ? create(user) : [400];
  if (token === undefined) return [401];
  if (route === 'GET /') return use(token);
  if (route === 'GET /tokens') return list(token);
  return route === 'DELETE /token' ? revoke(token) : [404];
}

const server = createServer(async (request, response) => {
  try {
    const [status, body] = await answerTo(request);
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(body && JSON.stringify(body));
  } catch (error) {
    console.error(error);
    response.writeHead(503).end();
  }
});
const port = Number(process.env.PORT ?? 3000);
server.listen(port, () =>
  console.log(`Open at http://localhost:${(server.address() as AddressInfo).port}`),
);
