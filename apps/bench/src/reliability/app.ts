import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import express, { type ErrorRequestHandler } from 'express';
import session from 'express-session';
import { CONTESTANTS, nameOf } from './contestants.ts';
import { STRANGER } from './stranger.ts';

/** What the application's process holds. */
export interface Holdings {
  heapBytes: number;
  /** Timers, sockets and all else that keeps a process alive. */
  handles: number;
  /** Connections of visitors among them. */
  visitors: number;
}

const DAY_MS = 24 * 60 * 60 * 1000;

const [name, url = ''] = process.argv.slice(2);
const contestant = CONTESTANTS.find((each) => nameOf(each) === name);
if (contestant === undefined) throw new Error(`There is no contestant ${name}.`);

const app = express();
app.use(
  session({
    store: await contestant.open(url),
    secret: 'bench',
    resave: false,
    saveUninitialized: false,
    cookie: { maxAge: DAY_MS },
  }),
);
app.post('/begin', ({ session }, response, next) => {
  session.user = 'Ada';
  session.save((error) => (error ? next(error) : response.send('Welcome.')));
});
app.use(({ session }, response, next) => {
  // With `onOutage: "skip"`, there is none at all.
  if (session?.user === undefined) response.send(STRANGER);
  else next();
});
app.get('/read', ({ session }, response) => {
  response.send(`Good day, ${session.user}.`);
});
app.post('/write/:marker', ({ session, params }, response, next) => {
  Object.assign(session, { [params.marker]: true });
  // Answers when the session is stored, as the README advises where that matters.
  session.save((error) => (error ? next(error) : response.send('Noted.')));
});
const failed: ErrorRequestHandler = (error, _, response, next) => {
  if (response.headersSent) next(error);
  else response.sendStatus(error.status ?? 500);
};
app.use(failed);

const server = app.listen(0, '127.0.0.1');
await once(server, 'listening');
process.on('message', async () => process.send?.(await holdings()));
process.on('disconnect', () => process.exit());
process.send?.((server.address() as AddressInfo).port);

async function holdings(): Promise<Holdings> {
  for (let i = 0; i < 2; i++) {
    await setImmediate();
    gc?.();
  }
  const visitors = await new Promise<number>((resolve) => {
    server.getConnections((_, count) => resolve(count));
  });
  return {
    heapBytes: process.memoryUsage().heapUsed,
    handles: process.getActiveResourcesInfo().length,
    visitors,
  };
}
