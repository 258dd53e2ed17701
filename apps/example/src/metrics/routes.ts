import { Router } from 'express';
import { sendPage } from '../send-page.ts';
import { allOperations } from './all-operations.ts';
import { operations } from './operations.ts';

/** Serves the metrics for Prometheus, and a chart of them. In production, only your monitoring should reach them. */
export function metrics(): Router {
  const router = Router();
  router.get('/', async (_request, response) => {
    try {
      response.type(operations.contentType).send(await allOperations());
    } catch {
      response.status(503).type('text').send('Another process of the app does not respond.\n');
    }
  });
  router.get('/chart', (_request, response) => {
    sendPage(response, 200, 'metrics', { title: 'Metrics' });
  });
  return router;
}
