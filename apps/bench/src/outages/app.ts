import type { Server } from 'node:http';
import type { ErrorRequestHandler } from 'express';
import { collectGarbage } from '../processes/collect-garbage.ts';
import { serve, sessionApp } from '../processes/serve.ts';
import { CONTESTANTS, nameOf } from './contestants.ts';
import { NO_SESSION } from './no-session.ts';

/** What the application's process holds. */
export interface Holdings {
  heapBytes: number;
  /** Everything that keeps a process alive, such as timers and sockets. */
  handles: number;
  /** The visitors' connections, which `handles` includes. */
  visitors: number;
}

const [name, url = ''] = process.argv.slice(2);
const contestant = CONTESTANTS.find((each) => nameOf(each) === name);
if (contestant === undefined) throw new Error(`There is no contestant ${name}.`);

const app = sessionApp(await contestant.open(url));
app.post('/begin', ({ session }, response, next) => {
  session.user = 'Ada';
  session.save((error) => (error ? next(error) : response.send('Welcome.')));
});
app.use(({ session }, response, next) => {
  // With `onOutage: "skip"`, the session itself is undefined.
  if (session?.user === undefined) response.send(NO_SESSION);
  else next();
});
app.get('/read', ({ session }, response) => {
  response.send(`Good day, ${session.user}.`);
});
app.post('/write/:marker', ({ session, params }, response, next) => {
  Object.assign(session, { [params.marker]: true });
  // Saves before it answers, so that an answer with 200 promises a stored session.
  session.save((error) => (error ? next(error) : response.send('Noted.')));
});
const failed: ErrorRequestHandler = (error, _, response, next) => {
  if (response.headersSent) next(error);
  else response.sendStatus(error.status ?? 500);
};
app.use(failed);
await serve(app, holdings);

async function holdings(server: Server): Promise<Holdings> {
  await collectGarbage();
  const visitors = await new Promise<number>((resolve) => {
    server.getConnections((_, count) => resolve(count));
  });
  return {
    heapBytes: process.memoryUsage().heapUsed,
    handles: process.getActiveResourcesInfo().length,
    visitors,
  };
}
