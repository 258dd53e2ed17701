import { once } from 'node:events';
import { type ClientRequest, type IncomingMessage, request } from 'node:http';
import { connect } from 'node:net';
import { until } from '@holdfast/test-servers';
import { expect } from '@jest/globals';
import { startApp } from './app-process.ts';
import { redisPortOf, untilGone } from './own-redis.ts';

/** A sign-in whose headers have reached the app, and whose form has not. */
export interface OpenSignIn {
  /** Sends the form, and returns the response. */
  finish(): Promise<IncomingMessage>;
}

export async function beginSignIn(url: string): Promise<OpenSignIn> {
  const headers = {
    'content-type': 'application/x-www-form-urlencoded',
    'content-length': 8,
    expect: '100-continue',
  };
  const signIn: ClientRequest = request(`${url}/sign-in`, { method: 'POST', headers });
  signIn.flushHeaders();
  await once(signIn, 'continue');
  return {
    async finish() {
      const response = once(signIn, 'response');
      signIn.end('name=Ada');
      const [message] = await response;
      return message.resume();
    },
  };
}

/**
 * Sends a signal to an app twice, and expects it to finish an open request, to drop the connections that have none, and
 * to end with its Redis.
 */
export async function expectCleanStop(args: string[], signal: NodeJS.Signals): Promise<void> {
  const app = await startApp({}, args);
  // fetch keeps its connection open.
  await (await fetch(app.url)).text();
  const unused = connect(Number(new URL(app.url).port), 'localhost');
  await once(unused, 'connect');
  const unusedClosed = once(unused.resume(), 'close');
  const signIn = await beginSignIn(app.url);

  app.signal(signal);
  await app.printed(`${signal}: finishing the open requests.`);
  app.signal(signal);
  await unusedClosed;
  await until('the app accepts no more connections', () => isRefused(app.url));
  const { statusCode, headers } = await signIn.finish();
  // With `keep-alive`, Node would wait for another second.
  expect([statusCode, headers.connection]).toEqual([303, 'close']);
  expect(await app.ended).toBe(0);
  const redisPort = redisPortOf(app.output());
  expect(redisPort !== undefined).toBe(args.includes('--redis'));
  if (redisPort !== undefined) await untilGone(redisPort);
}

function isRefused(url: string): Promise<boolean> {
  return fetch(url).then(
    () => false,
    () => true,
  );
}
