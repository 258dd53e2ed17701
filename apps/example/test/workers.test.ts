import { type Program, startServer, until } from '@holdfast/test-servers';
import { afterEach, describe, expect, test } from '@jest/globals';
import { runApp, startApp, stopApps } from './app-process.ts';
import { Browser } from './browser.ts';

afterEach(stopApps);

const start = (): Promise<Program & { url: string }> => startApp({}, ['--redis', '--workers', '3']);

/** Which process answers a page. */
async function processOf(url: string): Promise<number> {
  const { text } = await new Browser().open(url);
  return Number(text.match(/<dd>(\d+) \(worker \d+, one of 3/)?.[1]);
}

/** The processes, each of which answered a page. */
async function processesOf(url: string): Promise<Set<number>> {
  const seen = new Set<number>();
  await until('each of them has answered', async () => {
    seen.add(await processOf(url));
    return seen.size === 3;
  });
  return seen;
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

test('workers share a session: who signs in at one is signed in at all', async () => {
  const { url } = await start();
  const browser = new Browser();
  await browser.submit(`${url}/sign-in`, { name: 'Ada' });
  const served = new Set<string | undefined>();
  for (let visit = 1; visit <= 9; visit += 1) {
    const { text } = await browser.open(url);
    expect(text).toContain(`Signed in as <strong>Ada</strong>. Visits since then: ${visit}.`);
    served.add(text.match(/<dd>(\d+) \(worker/)?.[1]);
  }
  expect(served.size).toBe(3);
});

test('a worker that dies is replaced, and nobody is signed out', async () => {
  const { url } = await start();
  const browser = new Browser();
  await browser.submit(`${url}/sign-in`, { name: 'Ada' });
  const before = await processesOf(url);
  const [first = 0] = before;
  process.kill(first, 'SIGKILL');
  // A request that is given to a dead worker gets no answer.
  await until('its end is noticed', () => !isRunning(first));
  await until('another one answers', async () => !before.has(await processOf(url)));
  expect((await browser.open(url)).text).toContain('Signed in as <strong>Ada</strong>.');
});

test('a worker that dies while Redis is away is replaced when that is back', async () => {
  const redis = await startServer();
  const app = await startApp({ REDIS_URL: `redis://127.0.0.1:${redis.port}` }, ['--workers', '3']);
  const before = await processesOf(app.url);
  const [first = 0] = before;
  await redis.kill();
  process.kill(first, 'SIGKILL');
  await app.printed('Cannot reach Redis');
  await redis.restart();
  await until('another one answers', async () => !before.has(await processOf(app.url)));
  expect(await app.stop()).toBe(0);
  await redis.stop();
});

test('it greets once, and takes all its workers with it', async () => {
  const app = await start();
  const pids = [...(await processesOf(app.url))];
  expect(pids.map(isRunning)).toEqual([true, true, true]);
  expect(await app.stop()).toBe(0);
  expect(pids.map(isRunning)).toEqual([false, false, false]);
  expect(app.output().match(/The shop is open/g)).toHaveLength(1);
  expect(app.output().match(/Warning: SESSION_SECRET/g)).toHaveLength(1);
  expect(app.output().match(/finishing the requests/g)).toHaveLength(1);
});

describe('what keeps workers from starting is said once, and ends the app:', () => {
  test('no Redis', async () => {
    const app = runApp({ REDIS_URL: 'redis://127.0.0.1:1' }, ['--workers', '3']);
    expect(await app.ended).toBe(1);
    expect(app.output()).toMatch(/^Cannot reach Redis at redis:\/\/127.0.0.1:1 through .*\n$/);
  });

  test('a port that is taken', async () => {
    const { port } = new URL((await startApp({})).url);
    const app = runApp({ PORT: port }, ['--redis', '--workers', '3']);
    expect(await app.ended).toBe(1);
    expect(app.output()).toMatch(new RegExp(`^Cannot listen on port ${port}: EADDRINUSE.*\n$`));
  });
});
