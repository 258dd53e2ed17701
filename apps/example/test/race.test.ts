import { startRedis, startServer, type TestRedis } from '@holdfast/test-servers';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { RaceEvent } from '../src/race/events.ts';
import { mostAtOnce } from '../src/race/most-at-once.ts';
import { startApp, stopApps } from './app-process.ts';

let redis: TestRedis;
beforeAll(async () => {
  redis = await startRedis();
});
afterEach(stopApps);
afterAll(() => redis.stop());

/** Runs a race, and answers its events. */
async function race(url: string): Promise<RaceEvent[]> {
  const response = await fetch(`${url}/race`, { method: 'POST' });
  expect(response.headers.get('content-type')).toContain('application/x-ndjson');
  const lines = (await response.text()).trimEnd().split('\n');
  return lines.map((line) => JSON.parse(line));
}

const ALL = Array.from({ length: 50 }, (_, field) => field);

function fieldsOf(events: RaceEvent[], side: string, type: 'answered' | 'survived'): number[] {
  return events
    .flatMap((event) => (event.type === type && event.side === side ? [event.field] : []))
    .sort((a, b) => a - b);
}

describe.each([
  ['node-redis', 'connect-redis 10.0.0'],
  ['ioredis', 'connect-redis 10.0.0'],
  ['redis-mock', 'connect-redis 6.1.3'],
])('with %s', (client, rival) => {
  test('Holdfast keeps all of 50 fields that are written at once, connect-redis does not', async () => {
    const { url } = await startApp({ HOLDFAST_CLIENT: client, REDIS_URL: redis.url });
    const events = await race(url);
    expect(events[0]).toEqual({
      type: 'begin',
      writes: 50,
      sides: [
        { side: 'holdfast', title: 'Holdfast' },
        { side: 'connect-redis', title: rival },
      ],
    });
    for (const side of ['holdfast', 'connect-redis']) {
      expect(fieldsOf(events, side, 'answered')).toEqual(ALL);
      const survived = fieldsOf(events, side, 'survived').length;
      expect(events).toContainEqual({ type: 'end', side, survived, atOnce: expect.any(Number) });
    }
    expect(fieldsOf(events, 'holdfast', 'survived')).toEqual(ALL);
    // One or two on an idle machine; more where the requests do not all begin before the first ends.
    const survived = fieldsOf(events, 'connect-redis', 'survived').length;
    expect(survived).toBeGreaterThan(0);
    expect(survived).toBeLessThan(50);
    const ends = events.flatMap((event) => (event.type === 'end' ? [event.atOnce] : []));
    expect(Math.min(...ends)).toBeGreaterThan(10);
  });
});

test('the sessions of a race are ended, and those of the app are left', async () => {
  // No other test writes to it.
  const own = await startServer();
  const { url } = await startApp({ REDIS_URL: `redis://127.0.0.1:${own.port}` });
  await fetch(`${url}/sign-in`, {
    method: 'POST',
    body: new URLSearchParams({ name: 'Ada' }),
    redirect: 'manual',
  });
  await race(url);
  expect(await own.connection.keys('race:*')).toEqual([]);
  expect(await own.connection.keys('sess:*')).toHaveLength(1);
  await stopApps();
  await own.stop();
});

test('a race without Redis fails on both sides, and the answer is whole', async () => {
  const gone = await startServer();
  const app = await startApp({ REDIS_URL: `redis://127.0.0.1:${gone.port}` });
  await gone.stop();
  await app.printed('Redis is away: ');
  const events = await race(app.url);
  expect(events.map(({ type }) => type)).toEqual(['begin', 'failed', 'failed']);
  expect(events).toContainEqual({
    type: 'failed',
    side: 'connect-redis',
    reason: 'A request was answered with 503.',
  });
  expect(await app.stop()).toBe(0);
});

test('a race with a Redis that hangs fails on both sides, in a few seconds', async () => {
  const hanging = await startServer();
  const { url } = await startApp({ REDIS_URL: `redis://127.0.0.1:${hanging.port}` });
  hanging.freeze();
  expect(await race(url)).toEqual([
    expect.objectContaining({ type: 'begin' }),
    { type: 'failed', side: 'holdfast', reason: 'A request was answered with 503.' },
    // Its client gives the connection up, or the race gives the request up, whichever comes first.
    { type: 'failed', side: 'connect-redis', reason: expect.stringMatching(/ 503|timeout/) },
  ]);
  hanging.thaw();
  await stopApps();
  await hanging.stop();
});

test('over several processes, Holdfast keeps all fields as well', async () => {
  const { url } = await startApp({}, ['--redis', '--workers', '4']);
  const events = await race(url);
  expect(fieldsOf(events, 'holdfast', 'survived')).toEqual(ALL);
  expect(fieldsOf(events, 'connect-redis', 'survived').length).toBeLessThan(50);
});

test.each(['cookie', 'save', '__proto__', 'field100'])('%s is no field', async (field) => {
  const { url } = await startApp({});
  const init = { method: 'POST' };
  expect((await fetch(`${url}/race/holdfast/write/${field}`, init)).status).toBe(404);
  expect((await fetch(`${url}/race/holdfast/write/field99`, init)).status).toBe(200);
});

test('nobody starts races without end', async () => {
  const { url } = await startApp({});
  const statuses = new Set<number>();
  for (let races = 0; races < 11; races += 1) {
    const response = await fetch(`${url}/race`, { method: 'POST' });
    await response.body?.cancel();
    statuses.add(response.status);
  }
  expect([...statuses]).toEqual([200, 429]);
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
])('most of %j at once are %d', (spans, most) => {
  expect(mostAtOnce(spans.map(([began = 0, ended = 0]) => ({ began, ended })))).toBe(most);
});
