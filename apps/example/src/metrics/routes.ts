import { Router } from 'express';
import { sendPage } from '../send-page.ts';
import { allOperations } from './all-operations.ts';
import { operations } from './operations.ts';

/** What Prometheus reads, and a chart of it. In production, let only those in who watch over the application. */
export function metrics(): Router {
  const router = Router();
  router.get('/', async (_request, response) => {
    try {
      response.type(operations.contentType).send(await allOperations());
    } catch {
      response.status(503).type('text').send('Another process of the app does not answer.\n');
    }
  });
  router.get('/chart', (_request, response) => {
    sendPage(response, 200, 'metrics', { title: 'Metrics' });
  });
  return router;
}
