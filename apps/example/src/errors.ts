import type { ErrorRequestHandler, RequestHandler } from 'express';
import { sendMessage } from './send-page.ts';
import { SessionFailure } from './session-steps.ts';

/** Marks the errors of express-session, which passes them on as the store gave them. */
export const sessionFailed: ErrorRequestHandler = (error, _request, _response, next) => {
  next(new SessionFailure(error));
};

export const notFound: RequestHandler = (_request, response) => {
  sendMessage(response, 404, 'Not found', 'There is no such page.');
};

/**
 * Answers a request that failed.
 * @param report told of each error that is not the browser's fault.
 */
export function errorPage(report: (error: unknown) => void): ErrorRequestHandler {
  // Express takes only a function of four parameters for an error handler.
  return (error, request, response, _next) => {
    // express-session stores the session when the page is on its way already.
    if (response.headersSent) return report(new SessionFailure(error));
    // Else express-session would try to store it once more with the page that says that it cannot.
    if (error instanceof SessionFailure) Object.assign(request, { session: undefined });
    const status = statusOf(error);
    if (status >= 500) report(error);
    sendMessage(response, status, ...messageOf(status));
  };
}

function statusOf(error: unknown): number {
  if (error instanceof SessionFailure) return 503;
  const status: unknown = error instanceof Error && 'status' in error ? error.status : undefined;
  return typeof status === 'number' && status >= 400 && status < 500 ? status : 500;
}

function messageOf(status: number): [title: string, message: string] {
  if (status === 503) {
    return [
      'Not available',
      'Your session cannot be reached just now. Please try again in a moment.',
    ];
  }
  return status < 500
    ? ['Bad request', 'The shop cannot read this request.']
    : ['Something went wrong', 'The shop could not do this.'];
}
