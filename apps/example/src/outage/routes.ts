import { type RequestHandler, Router } from 'express';
import { sessionFailed } from '../errors.ts';
import { sendPage } from '../send-page.ts';
import { FREEZE_MS, freeze } from './freeze.ts';
import { visit } from './visit.ts';

/**
 * The page of the outage, its start, and the requests that it sends. Only these have a session, so that the others answer
 * while Redis does not.
 * @param redisPid the process of the Redis that the app has started.
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
  router.get('/visit', sessions, sessionFailed, visit);
  return router;
}
