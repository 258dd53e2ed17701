import type { RedisLike } from '@holdfast/core';
import type { RequestHandler } from 'express';
import { withTimeout } from './with-timeout.ts';

const TIMEOUT_MS = 1000;

/** Tells a load balancer or a monitor whether Redis responds. */
export function health(redis: RedisLike, client: string): RequestHandler {
  return async (_request, response) => {
    const isUp = await withTimeout(TIMEOUT_MS, redis.get('health')).then(
      () => true,
      () => false,
    );
    response.status(isUp ? 200 : 503).json({ status: isUp ? 'ok' : 'unavailable', client });
  };
}
