import { type RequestHandler, Router } from 'express';
import { rateLimit } from 'express-rate-limit';
import { sendPage } from '../send-page.ts';
import type { RaceEvent } from './events.ts';
import { runRace, WRITES } from './run-race.ts';
import { sideRoutes } from './side-routes.ts';
import type { Side } from './sides.ts';

/** The page of the race, its start, and what it asks each side for. Before the app's own session, as each side has one. */
export function race(sides: Side[], secret: string): Router {
  const router = Router();
  for (const side of sides) router.use(`/${side.side}`, sideRoutes(side, secret));
  router.get('/', (_request, response) => {
    sendPage(response, 200, 'race', { title: 'Race', sides, writes: WRITES });
  });
  // One click is a hundred requests.
  router.post('/', rateLimit({ windowMs: 60_000, limit: 10, legacyHeaders: false }), start(sides));
  return router;
}

/** Runs a race on one side after the other, and tells what happens as it happens: each line of the answer is an event. */
function start(sides: Side[]): RequestHandler {
  return async ({ socket }, response) => {
    const tell = (event: RaceEvent) => response.write(`${JSON.stringify(event)}\n`);
    response.type('application/x-ndjson').set('Cache-Control', 'no-store');
    tell({
      type: 'begin',
      writes: WRITES,
      sides: sides.map(({ side, title }) => ({ side, title })),
    });
    const url = `http://127.0.0.1:${socket.localPort}/race`;
    for (const { side } of sides) await runRace(side, `${url}/${side}`, tell);
    response.end();
  };
}
