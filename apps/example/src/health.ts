import type { RedisLike } from '@holdfast/core';
import type { RequestHandler } from 'express';
import { within } from './time-limit.ts';

const LIMIT_MS = 1000;

/** Answers whether Redis answers, for whatever watches over the app. */
export function health(redis: RedisLike, client: string): RequestHandler {
  return async (_request, response) => {
    const answers = await within(LIMIT_MS, redis.get('health')).then(
      () => true,
      () => false,
    );
    response.status(answers ? 200 : 503).json({ status: answers ? 'ok' : 'unavailable', client });
  };
}
