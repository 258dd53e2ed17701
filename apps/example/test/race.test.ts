import { startServer } from '@holdfast/test-servers';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { peakConcurrency } from '../src/race/peak-concurrency.ts';
import { type App, REAL_TIMERS, sharedApp, startApp } from './app-process.ts';
import { Browser, sessionId } from './browser.ts';
import { ALL_FIELDS, endOf, fieldsOf, runRace } from './race-client.ts';
import { sharedRedis } from './shared-redis.ts';

const server = sharedRedis();

const appWith = (client: string) =>
  sharedApp(() => ({ HOLDFAST_CLIENT: client, REDIS_URL: server.redis.url }));

const onNodeRedis = appWith('node-redis');
const onIoredis = appWith('ioredis');
const onRedisMock = appWith('redis-mock');

test.each([
  ['node-redis', 'connect-redis 10.0.0', onNodeRedis],
  ['ioredis', 'connect-redis 10.0.0', onIoredis],
  ['redis-mock', 'connect-redis 6.1.3', onRedisMock],
])(
  'with %s, Holdfast keeps all fields, counts, and products of 50 requests at once, %s does not',
  async (_, rival, { app }) => {
    const events = await runRace(app.url);
    expect(events[0]).toEqual({
      type: 'begin',
      writes: 50,
      contenders: [
        { contender: 'holdfast', title: 'Holdfast' },
        { contender: 'connect-redis', title: rival },
      ],
    });
    for (const contender of ['holdfast', 'connect-redis'] as const) {
      expect(fieldsOf(events, contender, 'answered')).toEqual(ALL_FIELDS);
      const survived = fieldsOf(events, contender, 'survived').length;
      expect(endOf(events, contender)).toMatchObject({ survived });
    }
    expect(fieldsOf(events, 'holdfast', 'survived')).toEqual(ALL_FIELDS);
    expect(endOf(events, 'holdfast')).toMatchObject({ count: 50, products: 50 });
    const { count, products } = endOf(events, 'connect-redis');
    expect(Math.max(count, products)).toBeLessThan(50);
    // One or two on an idle machine, and more if some requests end before others begin.
    const survived = fieldsOf(events, 'connect-redis', 'survived').length;
    expect(survived).toBeGreaterThan(0);
    expect(survived).toBeLessThan(50);
    const peaks = events.flatMap((event) => (event.type === 'end' ? [event.atOnce] : []));
    expect(Math.min(...peaks)).toBeGreaterThan(1);
  },
);

test('a race deletes its sessions, and leaves those of the app', async () => {
  const { url } = onNodeRedis.app;
  const browser = new Browser();
  await browser.submit(`${url}/sign-in`, { name: 'Ada' });
  await runRace(url);
  expect(await server.redis.raw('KEYS', 'race:*')).toEqual([]);
  expect(await server.redis.raw('EXISTS', `sess:${sessionId(browser.cookie)}`)).toBe(1);
});

test.each(['cookie', 'save', '__proto__', 'field100'])('%s is not a field', async (field) => {
  const write = `${onRedisMock.app.url}/race/holdfast/write`;
  expect((await fetch(`${write}/${field}`, { method: 'POST' })).status).toBe(404);
  expect((await fetch(`${write}/field99`, { method: 'POST' })).status).toBe(200);
});

describe('without Redis', () => {
  let app: App;
  beforeAll(async () => {
    const gone = await startServer();
    app = await startApp({ REDIS_URL: `redis://127.0.0.1:${gone.port}` });
    await gone.stop();
    await app.printed('Redis is away: ');
  });

  test('a race fails for both, and its response is complete', async () => {
    const events = await runRace(app.url);
    expect(events.map(({ type }) => type)).toEqual(['begin', 'failed', 'failed']);
    expect(events).toContainEqual({
      type: 'failed',
      contender: 'connect-redis',
      reason: 'A request failed with status 503.',
    });
  });

  test('the eleventh race within a minute is refused', async () => {
    const statuses: number[] = [];
    for (let race = 2; race <= 11; race += 1) {
      const response = await fetch(`${app.url}/race`, { method: 'POST' });
      await response.text();
      statuses.push(response.status);
    }
    expect(statuses).toEqual([...Array(9).fill(200), 429]);
  });

  test('the app stops cleanly after that', async () => {
    expect(await app.stop()).toBe(0);
  });
});

test('a race fails for both while Redis hangs', async () => {
  const hanging = await startServer();
  const env = { REDIS_URL: `redis://127.0.0.1:${hanging.port}`, ...REAL_TIMERS };
  const app = await startApp(env);
  hanging.freeze();
  expect(await runRace(app.url)).toEqual([
    expect.objectContaining({ type: 'begin' }),
    { type: 'failed', contender: 'holdfast', reason: 'A request failed with status 503.' },
    // Either the client gives up on the connection, or the race on the request.
    { type: 'failed', contender: 'connect-redis', reason: expect.stringMatching(/ 503|timeout/) },
  ]);
  hanging.thaw();
  await app.stop();
  await hanging.stop();
});

test.each([
  [[], 0],
  [[[0, 1]], 1],
  [
    [
      [0, 10],
      [10, 20],
      [30, 40],
    ],
    1,
  ],
  [
    [
      [0, 10],
      [5, 20],
      [9, 40],
      [15, 16],
    ],
    3,
  ],
])('the peak concurrency of %j is %d', (spans, peak) => {
  expect(peakConcurrency(spans.map(([began = 0, ended = 0]) => ({ began, ended })))).toBe(peak);
});
