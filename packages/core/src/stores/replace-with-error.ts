import type { ServerResponse } from 'node:http';
import { getProperty } from '../util/values.ts';

/** Headers that only belong to the response that they were set for. Other headers, such as those of CORS, remain. */
const OF_ONE_RESPONSE = [
  'Accept-Ranges',
  'Cache-Control',
  'Content-Disposition',
  'Content-Encoding',
  'Content-Language',
  'Content-Length',
  'Content-Range',
  'Content-Type',
  'ETag',
  'Expires',
  'Last-Modified',
  'Location',
  'Transfer-Encoding',
];

/** Prepares a response that was not sent for the response to an error. Error handlers may change the status. */
export function replaceWithError(response: ServerResponse, error: unknown): void {
  for (const name of OF_ONE_RESPONSE) response.removeHeader(name);
  response.statusCode = statusOf(error);
  response.statusMessage = '';
}

function statusOf(error: unknown): number {
  const status = getProperty(error, 'status');
  return typeof status === 'number' && status >= 400 && status < 600 ? status : 500;
}
