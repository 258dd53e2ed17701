import cluster from 'node:cluster';
import type { Request, RequestHandler, Response } from 'express';
import type { SessionData } from 'express-session';
import { isProduct, PRODUCTS } from './basket.ts';
import { sendPage } from './send-page.ts';
import { withoutSecrets } from './start/redis-url.ts';
import './session-data.ts';
import { LIFE_MS } from './sessions.ts';
import type { Settings } from './start/settings.ts';
import { timeAgo } from './time-ago.ts';
import { MAX_NAME_LENGTH } from './user-name.ts';

export const showHome: RequestHandler = (request, response) => {
  const { session } = request;
  // Whoever has done nothing yet gets no session.
  if (session.name !== undefined) session.visits = (session.visits ?? 0) + 1;
  sendHome(request, response, 200);
};

/** @param nameError what is wrong with the name that somebody tried to sign in with. */
export function sendHome(
  { session }: Request,
  response: Response,
  status: number,
  nameError?: string,
): void {
  const { name, visits = 0 } = session;
  sendPage(response, status, 'home', {
    title: 'Home',
    name,
    nameError,
    maxNameLength: MAX_NAME_LENGTH,
    visits,
    ...lifeOf(session),
    ...shelvesOf(session),
    ...servedBy(response.app.locals.settings),
  });
}

/** The session's age, and the life that this request gives it anew. */
function lifeOf({ began }: Partial<SessionData>) {
  if (began === undefined) return {};
  const moment = new Date(began);
  const life = LIFE_MS / 1000;
  return { began: moment, age: timeAgo(moment), life, lifeLeft: clock(life) };
}

/** Minutes and seconds, as `public/life.js` goes on with: `30:00`. */
function clock(seconds: number): string {
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

function shelvesOf({ basket = {} }: Partial<SessionData>) {
  const all = Object.keys(PRODUCTS)
    .filter(isProduct)
    .map((product) => ({ product, name: PRODUCTS[product], count: basket[product] ?? 0 }));
  return { products: all, basket: all.filter(({ count }) => count > 0) };
}

/** Which client, which Redis and which process answer. */
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
