import { type RequestHandler, Router } from 'express';
import { sendPage } from '../send-page.ts';
import { FREEZE_MS, freeze } from './freeze.ts';
import { visit } from './visit.ts';

/**
 * Serves the outage page, freezes Redis for it, and handles its requests. Only those requests have a session, so the page
 * itself works while Redis does not respond.
 * @param redisPid the process of the Redis server that the app started.
 */
export function outage(redisPid: number, sessions: RequestHandler): Router {
  const router = Router();
  router.get('/', (_request, response) => {
    sendPage(response, 200, 'outage', { title: 'Outage' });
  });
  router.post('/', async (_request, response) => {
    const frozen = await freeze(redisPid);
    response.status(frozen ? 200 : 409).json({ frozen, forMs: FREEZE_MS });
  });
  router.get('/visit', sessions, visit);
  return router;
}
