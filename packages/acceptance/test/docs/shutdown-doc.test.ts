import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort, startProgram, until } from '@holdfast/test-servers';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { asJavaScript } from '../support/docs/first-steps.ts';
import { ROOT, textOf } from '../support/docs/repository-files.ts';
import { snippetsOf } from '../support/docs/snippets.ts';
import { useRedis } from '../support/resources.ts';

const VISITORS = 20;

/** Responds when the process has been told to stop, and its own listener has begun to stop it. */
const SLOW_ROUTE = `
process.setMaxListeners(0);
let running = 0;
app.get('/slow', async (request, response) => {
  request.session.slow = true;
  if (++running === ${VISITORS}) console.log('All requests are running.');
  await new Promise((resolve) => process.once('SIGTERM', () => setImmediate(resolve)));
  response.send('saved');
});
`;

/** The snippet of the page. */
async function shutDown(): Promise<string> {
  const [, section = ''] = (await textOf('docs/reliability.md')).split('\n## Shut down in order\n');
  const code = snippetsOf(section)[0]?.code ?? '';
  // Without a shutdown, the program would not end.
  expect(code).toMatch(/server\.close[\s\S]*redis\.close/);
  return code;
}

describe('the shutdown of the page about outages', () => {
  const redis = useRedis();
  let folder: string;
  beforeAll(async () => {
    // Inside the package, so that its dependencies are found.
    folder = await mkdtemp(join(ROOT, 'packages/acceptance/.snippets-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  /** Stops the program while each visitor has a request running. Returns what they read, and which saves are in Redis. */
  async function stopWithVisitors(program: string) {
    await writeFile(join(folder, 'app.mjs'), program + SLOW_ROUTE);
    const port = await freePort();
    const env = { ...process.env, REDIS_URL: redis().url, PORT: String(port), SESSION_SECRET: 'x' };
    const app = startProgram(process.execPath, ['app.mjs'], { cwd: folder, env });
    try {
      const url = `http://127.0.0.1:${port}`;
      await until('it serves', () =>
        fetch(url).then(
          ({ ok }) => ok,
          () => false,
        ),
      );
      const cookies = await Promise.all(Array.from({ length: VISITORS }, () => cookieFrom(url)));
      const responses = cookies.map((cookie) => fetch(`${url}/slow`, { headers: { cookie } }));
      await app.printed('All requests are running.');
      const exit = await app.stop();
      const statuses = (await Promise.all(responses)).map(({ status }) => status);
      const stored = await Promise.all(cookies.map(sessionOf));
      return { exit, statuses, saved: stored.filter((session) => session?.slow).length };
    } finally {
      await app.stop();
    }
  }

  async function cookieFrom(url: string): Promise<string> {
    const { headers } = await fetch(url);
    return headers.getSetCookie()[0]?.split(';')[0] ?? '';
  }

  async function sessionOf(cookie: string): Promise<{ slow?: true } | undefined> {
    const id = /=s:([^.]+)/.exec(decodeURIComponent(cookie))?.[1] ?? '';
    const text = await redis().raw('GET', `sess:${id}`);
    return typeof text === 'string' ? JSON.parse(text) : undefined;
  }

  const all = (status: number) => Array.from({ length: VISITORS }, () => status);
  const alone = (program: string) =>
    program.replace('app.use(saveBeforeResponse(sessions))', 'app.use(sessions)');
  const clientFirst = "process.once('SIGTERM', () => { redis.close(); server.close(); });\n";

  test('loses no save', async () => {
    const program = (await asJavaScript()) + (await shutDown());
    const outcome = { exit: 0, statuses: all(200), saved: VISITORS };
    expect(await stopWithVisitors(program)).toEqual(outcome);
  });

  test('loses no save with express-session alone', async () => {
    const program = alone(await asJavaScript()) + (await shutDown());
    const outcome = { exit: 0, statuses: all(200), saved: VISITORS };
    expect(await stopWithVisitors(program)).toEqual(outcome);
  });

  test('in another order loses the saves: visitors read 503', async () => {
    const program = (await asJavaScript()) + clientFirst;
    const outcome = { exit: 0, statuses: all(503), saved: 0 };
    expect(await stopWithVisitors(program)).toEqual(outcome);
  });

  test('in another order loses the saves: visitors read 200 with express-session alone', async () => {
    const program = alone(await asJavaScript()) + clientFirst;
    const outcome = { exit: 0, statuses: all(200), saved: 0 };
    expect(await stopWithVisitors(program)).toEqual(outcome);
  });
});
