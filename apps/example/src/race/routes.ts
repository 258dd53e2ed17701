import { type RequestHandler, Router } from 'express';
import { rateLimit } from 'express-rate-limit';
import { sendPage } from '../send-page.ts';
import { contenderRoutes } from './contender-routes.ts';
import type { Contender } from './contenders.ts';
import type { RaceEvent } from './events.ts';
import { runRace, WRITES } from './run-race.ts';

/** Serves the race page, runs races, and handles their requests. Each contender has its own session, not the app's. */
export function race(contenders: Contender[], secret: string): Router {
  const router = Router();
  for (const contender of contenders) {
    router.use(`/${contender.name}`, contenderRoutes(contender, secret));
  }
  router.get('/', (_request, response) => {
    sendPage(response, 200, 'race', { title: 'Race', contenders, writes: WRITES });
  });
  // Each race is a hundred requests.
  const limit = rateLimit({ windowMs: 60_000, limit: 10, legacyHeaders: false });
  router.post('/', limit, start(contenders));
  return router;
}

/** Runs a race for one contender after the other. It streams each event as a line of JSON when it happens. */
function start(contenders: Contender[]): RequestHandler {
  return async ({ socket }, response) => {
    const emit = (event: RaceEvent) => response.write(`${JSON.stringify(event)}\n`);
    response.type('application/x-ndjson').set('Cache-Control', 'no-store');
    emit({
      type: 'begin',
      writes: WRITES,
      contenders: contenders.map(({ name, title }) => ({ contender: name, title })),
    });
    const url = `http://127.0.0.1:${socket.localPort}/race`;
    for (const { name } of contenders) await runRace(name, `${url}/${name}`, emit);
    response.end();
  };
}
