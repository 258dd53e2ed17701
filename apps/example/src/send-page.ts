import { join } from 'node:path';
import { Eta } from 'eta';
import type { Response } from 'express';

const views = new Eta({ views: join(import.meta.dirname, '../views'), cache: true });

/** What every view takes. Each view takes more, as its template shows. */
interface PageData {
  title: string;
}

/**
 * Renders a view and sends it. Browsers and proxies must not cache it: after a sign-out, the back button must not show
 * it again.
 */
export function sendPage<Data extends PageData>(
  response: Response,
  status: number,
  view: string,
  data: Data,
): void {
  const { redisPid } = response.app.locals.settings;
  const [path] = response.req.originalUrl.split('?');
  const page = views.render(`/${view}`, { ...data, path, hasOutage: redisPid !== undefined });
  response.status(status).set('Cache-Control', 'no-store').type('html').send(page);
}

/** Sends a page with a single message, such as an error. */
export function sendMessage(
  response: Response,
  status: number,
  title: string,
  message: string,
): void {
  sendPage(response, status, 'message', { title, message });
}
