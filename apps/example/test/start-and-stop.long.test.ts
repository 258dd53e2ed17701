import { afterEach, expect, test } from '@jest/globals';
import { startApp, stopApps } from './app-process.ts';
import { expectCleanStop } from './clean-stop.ts';
import { redisPortOf, shutDown } from './own-redis.ts';

afterEach(stopApps);

test.each<[NodeJS.Signals, string[]]>([
  ['SIGINT', []],
  ['SIGTERM', ['--redis']],
  ['SIGINT', ['--redis', '--workers', '2']],
])('on two %s, started with %j, it finishes what it began', (signal, args) =>
  expectCleanStop(args, signal),
);

test('if its Redis dies, the app ends with all of its workers', async () => {
  const app = await startApp({}, ['--redis', '--workers', '2']);
  await shutDown(Number(redisPortOf(app.output())));
  await app.printed('The Redis server of the app has ended, and all sessions with it.');
  expect(await app.ended).toBe(1);
});
