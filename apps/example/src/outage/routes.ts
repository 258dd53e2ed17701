import { Router } from 'express';
import { sendPage } from '../send-page.ts';
import { FREEZE_MS } from './freeze.ts';

/**
 * The page of the outage and its start. Before the app's session, so that it answers while Redis does not.
 * @param freeze stops Redis for a while, and answers whether it did.
 */
export function outage(freeze: () => Promise<boolean>): Router {
  const router = Router();
  router.get('/', (_request, response) => {
    sendPage(response, 200, 'outage', { title: 'Outage' });
  });
  router.post('/', async (_request, response) => {
    const frozen = await freeze();
    response.status(frozen ? 200 : 409).json({ frozen, forMs: FREEZE_MS });
  });
  return router;
}
