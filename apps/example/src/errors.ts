import type { ErrorRequestHandler, RequestHandler } from 'express';
import { sendMessage } from './send-page.ts';
import { SessionError } from './session-promises.ts';

export const notFound: RequestHandler = (_request, response) => {
  sendMessage(response, 404, 'Not found', 'This page does not exist.');
};

/**
 * Sends a page for a request that failed. It never shows the error itself.
 * @param report receives each error that the browser did not cause.
 */
export function errorPage(report: (error: unknown) => void): ErrorRequestHandler {
  // Express recognizes an error handler by its four parameters.
  return (error, request, response, _next) => {
    // On the Race page, express-session saves when it has sent the headers.
    if (response.headersSent) return report(error);
    // express-session would try to save the session again when it sends the error page.
    if (error instanceof SessionError) Object.assign(request, { session: undefined });
    const status = statusOf(error);
    if (status >= 500) report(error);
    sendMessage(response, status, ...messageOf(status));
  };
}

function statusOf(error: unknown): number {
  if (error instanceof SessionError) return 503;
  const status: unknown = error instanceof Error && 'status' in error ? error.status : undefined;
  return typeof status === 'number' && status >= 400 && status < 500 ? status : 500;
}

function messageOf(status: number): [title: string, message: string] {
  if (status === 503) {
    return ['Not available', 'The shop cannot load your session. Please try again in a moment.'];
  }
  return status < 500
    ? ['Bad request', 'The shop cannot read this request.']
    : ['Something went wrong', 'The shop could not complete this request.'];
}
