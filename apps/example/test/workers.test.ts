import { startServer, until } from '@holdfast/test-servers';
import { afterEach, describe, expect, test } from '@jest/globals';
import { runApp, sharedApp, startApp, stopApps } from './app-process.ts';
import { Browser } from './browser.ts';
import { ALL_FIELDS, fieldsOf, runRace } from './race-client.ts';

/** Returns the process id of the worker that serves a page, or NaN if none does. */
async function processOf(url: string): Promise<number> {
  const { text } = await new Browser().open(url);
  return Number(text.match(/<dd>(\d+) \(worker \d+, one of \d+ behind this port/)?.[1]);
}

/** Returns the process ids of `count` workers, once each has served a page. */
async function processesOf(url: string, count: number): Promise<Set<number>> {
  const seen = new Set<number>();
  await until('each worker has served a page', async () => {
    const pid = await processOf(url);
    if (pid > 0) seen.add(pid);
    return seen.size === count || [...seen];
  });
  return seen;
}

/** Waits until a worker serves a page that is not one of `previous`. */
function newWorker(url: string, previous: Set<number>): Promise<void> {
  return until('another worker serves a page', async () => {
    const pid = await processOf(url);
    return (pid > 0 && !previous.has(pid)) || pid;
  });
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

describe('three workers', () => {
  const shared = sharedApp({}, ['--workers', '3']);
  const ada = new Browser();
  /** The processes that the last test expects to end. */
  let pids: number[] = [];

  test('get a Redis to share, because none is named', async () => {
    const { url, output } = shared.app;
    expect(output()).toContain('The shop started this Redis.');
    expect(await (await fetch(`${url}/health`)).json()).toEqual({
      status: 'ok',
      client: 'node-redis',
    });
  });

  test('share a session: whoever signs in at one is signed in at all', async () => {
    const { url } = shared.app;
    await ada.submit(`${url}/sign-in`, { name: 'Ada' });
    const served = new Set<string | undefined>();
    for (let visit = 1; visit <= 9; visit += 1) {
      const { text } = await ada.open(url);
      expect(text).toContain(`Signed in as <strong>Ada</strong>. Visits since then: ${visit}.`);
      served.add(text.match(/<dd>(\d+) \(worker/)?.[1]);
    }
    expect(served.size).toBe(3);
  });

  test('run a race in which Holdfast keeps all fields, and connect-redis does not', async () => {
    const events = await runRace(shared.app.url);
    expect(fieldsOf(events, 'holdfast', 'survived')).toEqual(ALL_FIELDS);
    expect(fieldsOf(events, 'connect-redis', 'survived').length).toBeLessThan(50);
  });

  test('are replaced when they die, and no user is signed out', async () => {
    const { url } = shared.app;
    const before = await processesOf(url, 3);
    const [first = 0] = before;
    process.kill(first, 'SIGKILL');
    // Until the primary process notices, it still gives requests to the dead worker.
    await until('the worker is gone', () => !isRunning(first));
    await newWorker(url, before);
    expect((await ada.open(url)).text).toContain('Signed in as <strong>Ada</strong>.');
    pids = [...(await processesOf(url, 3))];
  });

  test('freeze their Redis once, however many of them are asked to at the same time', async () => {
    const requests = Array.from({ length: 6 }, () =>
      fetch(`${shared.app.url}/outage`, { method: 'POST' }),
    );
    const statuses = (await Promise.all(requests)).map(({ status }) => status);
    expect(statuses.sort()).toEqual([200, 409, 409, 409, 409, 409]);
  });

  test('end with the app, which prints each message once', async () => {
    expect(pids.map(isRunning)).toEqual([true, true, true]);
    expect(await shared.app.stop()).toBe(0);
    expect(pids.map(isRunning)).toEqual([false, false, false]);
    const output = shared.app.output();
    for (const message of ['The shop is open', 'Warning: SESSION_SECRET', 'finishing the open']) {
      expect(output.split(message)).toHaveLength(2);
    }
  });
});

test('a worker that dies while Redis is away is replaced when Redis is back', async () => {
  const redis = await startServer();
  const app = await startApp({ REDIS_URL: `redis://127.0.0.1:${redis.port}` }, ['--workers', '2']);
  const before = await processesOf(app.url, 2);
  const [first = 0] = before;
  await redis.kill();
  process.kill(first, 'SIGKILL');
  await app.printed('Cannot reach Redis');
  await redis.restart();
  await newWorker(app.url, before);
  expect(await app.stop()).toBe(0);
  await redis.stop();
});

describe('the app ends, and prints the reason once, when its workers cannot start because', () => {
  afterEach(stopApps);

  test('there is no Redis', async () => {
    const app = runApp({ REDIS_URL: 'redis://127.0.0.1:1' }, ['--workers', '3']);
    expect(await app.ended).toBe(1);
    expect(app.output()).toMatch(/^Cannot reach Redis at redis:\/\/127.0.0.1:1 through .*\n$/);
  });

  test('the port is taken', async () => {
    const { port } = new URL((await startApp({})).url);
    const app = runApp({ PORT: port }, ['--redis', '--workers', '3']);
    expect(await app.ended).toBe(1);
    expect(app.output()).toMatch(new RegExp(`^Cannot listen on port ${port}: EADDRINUSE.*\n$`));
  });
});
