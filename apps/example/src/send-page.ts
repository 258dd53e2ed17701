import { join } from 'node:path';
import { Eta } from 'eta';
import type { Response } from 'express';

const views = new Eta({ views: join(import.meta.dirname, '../views'), cache: true });

/** What every page has; a view says in its template what else it takes. */
interface PageData {
  title: string;
}

/**
 * Sends the page that a view makes of its data. Nobody may keep it: after a sign-out, going back in the browser shows
 * it no more.
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

/** Sends a page that only says something, such as what went wrong. */
export function sendMessage(
  response: Response,
  status: number,
  title: string,
  message: string,
): void {
  sendPage(response, status, 'message', { title, message });
}
