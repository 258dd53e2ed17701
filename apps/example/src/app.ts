import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { RedisLike, RedisStore } from '@holdfast/core';
import express, { type Express } from 'express';
import { withOneMore, without } from './basket.ts';
import { changeBasket } from './change-basket.ts';
import { showDevices, signOutDevice, signOutOtherDevices } from './devices.ts';
import { errorPage, notFound } from './errors.ts';
import { health } from './health.ts';
import { showHome } from './home.ts';
import { metrics } from './metrics/routes.ts';
import { outage } from './outage/routes.ts';
import type { Contender } from './race/contenders.ts';
import { race } from './race/routes.ts';
import { sameOrigin } from './security/same-origin.ts';
import { securityHeaders } from './security/security-headers.ts';
import { signInLimit } from './security/sign-in-limit.ts';
import { sessions } from './sessions.ts';
import { signIn, signOut } from './sign-in.ts';
import type { Settings } from './start/settings.ts';

export interface AppParts {
  store: RedisStore;
  redis: RedisLike;
  settings: Settings;
  contenders: Contender[];
  /** Receives each error that the browser did not cause. */
  report(error: unknown): void;
}

export function createApp({ store, redis, settings, contenders, report }: AppParts): Express {
  const { client, secret, redisPid, trustProxy } = settings;
  const app = express();
  // Settings describes what a wrong number does.
  app.set('trust proxy', trustProxy);
  app.locals.settings = settings;
  app.use(securityHeaders);
  app.get('/health', health(redis, client));
  app.use('/metrics', metrics());
  // The file names do not change with their content, so a browser has to revalidate them. An unchanged file costs a 304.
  app.use(express.static(join(import.meta.dirname, '../public')));
  app.use('/uplot', express.static(fileURLToPath(new URL('.', import.meta.resolve('uplot')))));
  app.use(sameOrigin);
  app.use('/race', race(contenders, secret));
  const withSession = sessions(store, secret);
  if (redisPid !== undefined) app.use('/outage', outage(redisPid, withSession));
  app.post('/sign-in', signInLimit());
  app.use(withSession, express.urlencoded({ extended: false }));
  app.get('/', showHome);
  app.post('/sign-in', signIn);
  app.post('/sign-out', signOut);
  app.post('/basket/add', changeBasket(withOneMore));
  app.post('/basket/remove', changeBasket(without));
  app.get('/devices', showDevices(store));
  app.post('/devices/sign-out', signOutDevice(store));
  app.post('/devices/sign-out-others', signOutOtherDevices(store));
  app.use(notFound, errorPage(report));
  return app;
}
