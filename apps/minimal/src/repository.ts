import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SessionRepository } from '@holdfast/core/repository';
import { fromNodeRedis } from '@holdfast/node-redis';
import { createClient } from 'redis';

/** The data of an API token. */
interface Token {
  user: string;
  uses: number;
}

/** A status, and a body to send as JSON. */
type Reply = [status: number, body?: object];

const redis = createClient({ url: process.env.REDIS_URL ?? 'redis://localhost:6379' });
redis.on('error', (error) => console.error('Redis:', error));
await redis.connect();

const tokens = new SessionRepository<Token>({
  client: fromNodeRedis(redis),
  prefix: 'token:',
  // A token expires thirty days after its last use.
  ttl: 30 * 24 * 60 * 60,
  // Redis stores only the hash of a token, so no one can read the token there.
  hashIds: true,
  userId: ({ user }) => user,
});

/** Creates a token for a user. Your application has to check who may create one. Here, everyone may. */
async function create(user: string): Promise<Reply> {
  const token = randomBytes(32).toString('base64url');
  await tokens.save(token, { user, uses: 0 });
  return [201, { token }];
}

/** Counts a use of a token, and renews the token. Concurrent uses all count. */
async function use(token: string): Promise<Reply> {
  const used = await tokens.update(token, (stored) => {
    stored.uses += 1;
  });
  return used === null ? [401] : [200, used];
}

/** Lists the tokens of the token's user. It returns their handles, because only their hashes are stored. */
async function list(token: string): Promise<Reply> {
  const mine = await tokens.load(token);
  if (mine === null) return [401];
  const all = await tokens.listByUser(mine.user);
  return [200, all.map(({ handle, session, lastActive }) => ({ handle, lastActive, ...session }))];
}

async function revoke(token: string): Promise<Reply> {
  await tokens.destroy(token);
  return [204];
}

const BASE = 'http://localhost';

function handle({ method, url = '/', headers }: IncomingMessage): Promise<Reply> | Reply {
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
    const [status, body] = await handle(request);
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
