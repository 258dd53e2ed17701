import type { Response } from 'express';
import type { Html } from './html.ts';

/** Sends a page, which nobody may keep: after a sign-out, going back in the browser shows it no more. */
export function sendPage(response: Response, status: number, page: Html): void {
  response.status(status).set('Cache-Control', 'no-store').type('html').send(page.text);
}
