import { Router } from 'express';
import { sendPage } from '../send-page.ts';
import { FREEZE_MS, freeze } from './freeze.ts';

/**
 * The page of the outage and its start. Before the app's session, so that it answers while Redis does not.
 * @param redisPid the process of the Redis that the app has started.
 */
export function outage(redisPid: number): Router {
  const router = Router();
  router.get('/', (_request, response) => {
    sendPage(response, 200, 'outage', { title: 'Outage' });
  });
  router.post('/', async (_request, response) => {
    const frozen = await freeze(redisPid);
    response.status(frozen ? 200 : 409).json({ frozen, forMs: FREEZE_MS });
  });
  return router;
}
