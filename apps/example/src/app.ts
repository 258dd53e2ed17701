import type { RedisLike, RedisStore } from '@holdfast/core';
import express, { type Express } from 'express';
import session from 'express-session';
import { withOneMore, without } from './basket.ts';
import { showDevices, signOutDevice, signOutOtherDevices } from './devices.ts';
import { errorPage, notFound, sessionFailed } from './errors.ts';
import { health } from './health.ts';
import { metrics } from './metrics.ts';
import { changeBasket, showShop, signIn, signOut } from './shop.ts';

export interface AppParts {
  store: RedisStore;
  redis: RedisLike;
  /** What the health page calls the client. */
  client: string;
  secret: string;
  /** Told of each error that is not the browser's fault. */
  report(error: unknown): void;
}

const COOKIE_NAME = 'holdfast.sid';
const WEEK_MS = 7 * 24 * 60 * 60 * 1000;

export function createApp({ store, redis, client, secret, report }: AppParts): Express {
  const cookie = { httpOnly: true, sameSite: 'lax', secure: 'auto', maxAge: WEEK_MS } as const;
  const app = express();
  app.disable('x-powered-by');
  app.get('/health', health(redis, client));
  app.get('/metrics', metrics);
  app.use(
    session({ store, secret, name: COOKIE_NAME, cookie, resave: false, saveUninitialized: false }),
    sessionFailed,
    express.urlencoded({ extended: false }),
  );
  app.get('/', showShop);
  app.post('/sign-in', signIn);
  app.post('/sign-out', signOut(COOKIE_NAME));
  app.post('/basket/add', changeBasket(withOneMore));
  app.post('/basket/remove', changeBasket(without));
  app.get('/devices', showDevices(store));
  app.post('/devices/sign-out', signOutDevice(store));
  app.post('/devices/sign-out-others', signOutOtherDevices(store));
  app.use(notFound, errorPage(report));
  return app;
}
