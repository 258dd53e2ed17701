import cluster from 'node:cluster';
import type { Request, RequestHandler, Response } from 'express';
import type { SessionData } from 'express-session';
import { isProduct, PRODUCTS } from './basket.ts';
import { sendPage } from './send-page.ts';
import { withoutSecrets } from './start/redis-url.ts';
import './session-data.ts';
import { SESSION_TTL_MS } from './sessions.ts';
import type { Settings } from './start/settings.ts';
import { timeAgo } from './time-ago.ts';
import { MAX_NAME_LENGTH } from './user-name.ts';
import { whySignedOut } from './why-signed-out.ts';

export const showHome: RequestHandler = (request, response) => {
  const { session } = request;
  // Counting the visits of everyone would give a session to visitors who only look.
  if (session.name !== undefined) session.visits = (session.visits ?? 0) + 1;
  sendHome(request, response, 200);
};

/** @param nameError what is wrong with the name in the sign-in form. */
export function sendHome(
  request: Request,
  response: Response,
  status: number,
  nameError?: string,
): void {
  const { session } = request;
  const { name, visits = 0 } = session;
  sendPage(response, status, 'home', {
    title: 'Home',
    name,
    nameError,
    whySignedOut: whySignedOut(request),
    maxNameLength: MAX_NAME_LENGTH,
    visits,
    ...ageAndTtlOf(session),
    ...productsAndBasketOf(session),
    ...servedBy(response.app.locals.settings),
  });
}

/** Returns the age of the session and its TTL, which this request has just renewed. */
function ageAndTtlOf({ startedAt }: Partial<SessionData>) {
  if (startedAt === undefined) return {};
  const started = new Date(startedAt);
  const ttl = SESSION_TTL_MS / 1000;
  return { started, age: timeAgo(started), ttl, timeLeft: minutesAndSeconds(ttl) };
}

/** Formats seconds as `public/session-countdown.js` does: `30:00`. */
function minutesAndSeconds(seconds: number): string {
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

function productsAndBasketOf({ basket = {} }: Partial<SessionData>) {
  const products = Object.keys(PRODUCTS)
    .filter(isProduct)
    .map((product) => ({ product, name: PRODUCTS[product], count: basket[product] ?? 0 }));
  return { products, basket: products.filter(({ count }) => count > 0) };
}

/** Returns the client, the Redis server, and the process that served the page. */
function servedBy({ client, redisUrl, redisPid, workers }: Settings) {
  const own = redisPid === undefined ? '' : ', started by this app';
  const inMemory = 'redis-mock, in the memory of this process';
  const worker = `worker ${cluster.worker?.id}, one of ${workers} behind this port`;
  return {
    client,
    redis: client === 'redis-mock' ? inMemory : withoutSecrets(redisUrl) + own,
    process: workers === 1 ? process.pid : `${process.pid} (${worker})`,
  };
}
