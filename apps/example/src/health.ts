import type { RedisLike } from '@holdfast/core';
import type { RequestHandler } from 'express';
import { withTimeout } from './with-timeout.ts';

const TIMEOUT_MS = 1000;

/** Returns whether Redis responds soon. */
export function isUp(redis: RedisLike): Promise<boolean> {
  return withTimeout(TIMEOUT_MS, redis.get('health')).then(
    () => true,
    () => false,
  );
}

/** Tells a load balancer or a monitor whether Redis responds. */
export function health(redis: RedisLike, client: string): RequestHandler {
  return async (_request, response) => {
    const [code, status] = (await isUp(redis)) ? [200, 'ok'] : [503, 'unavailable'];
    response.status(code).json({ status, client });
  };
}
