import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePort, until } from '@holdfast/test-servers';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { Browser } from './browser.ts';

const run = promisify(execFile);

const MINUTE = 60_000;
jest.setTimeout(2 * MINUTE);

const APPS = [1, 2, 3];
const SIGNED_IN = 'Signed in as <strong>Ada</strong>';
const BASKET = '<span>Tea: 1</span>';

const browser = new Browser();
let url: string;
let env: NodeJS.ProcessEnv;

beforeAll(async () => {
  const port = await freePort();
  url = `http://127.0.0.1:${port}`;
  const project = `holdfast-test-${process.pid}`;
  const settings = { PORT: `${port}`, REDIS_IMAGE: '', SESSION_SECRET: randomUUID() };
  env = { ...process.env, COMPOSE_PROJECT_NAME: project, ...settings };
  await up('--build');
  await browser.submit(`${url}/sign-in`, { name: 'Ada' });
  await browser.submit(`${url}/basket/add`, { product: 'tea' });
}, 10 * MINUTE);
afterAll(() => compose('down', '--volumes', '--rmi', 'local', '--timeout', '1'));

/** Runs a command of Docker Compose on the repository's file, as a project of this test. */
async function compose(...args: string[]): Promise<string> {
  const cwd = join(__dirname, '../../..');
  return (await run('docker', ['compose', ...args], { cwd, env })).stdout;
}

/** Starts what is not running or has changed, and resolves when everything is healthy. */
const up = (...options: string[]) => compose('up', '--detach', '--wait', ...options);

async function runningApps(): Promise<string[]> {
  return (await compose('ps', '--quiet', '--status', 'running', 'app')).trim().split('\n');
}

/** Returns how many sessions each app has read. */
function reads(): Promise<number[]> {
  const script = "fetch('http://localhost:3000/metrics').then((r) => r.text()).then(console.log)";
  return Promise.all(
    APPS.map(async (index) => {
      const where = ['-T', '--index', `${index}`, 'app'];
      const metrics = await compose('exec', ...where, 'node', '--eval', script);
      return Number(metrics.match(/_count\{operation="get",outcome="hit".*\} (\d+)/)?.[1] ?? 0);
    }),
  );
}

async function server(): Promise<'Redis' | 'Valkey'> {
  const ask = 'redis-cli INFO server || valkey-cli INFO server';
  const info = await compose('exec', '-T', 'redis', 'sh', '-c', ask);
  return info.includes('valkey_version') ? 'Valkey' : 'Redis';
}

/** Resolves when the apps use Redis again and the visitor is still signed in. */
function sessionIsBack(): Promise<void> {
  return until('the visitor is signed in', async () => {
    const pages = await Promise.all(APPS.map(() => browser.open(url)));
    return pages.every(({ text }) => text.includes(SIGNED_IN) && text.includes(BASKET));
  });
}

test('three apps behind the proxy serve the same session', async () => {
  await until('each app has served it', async () => {
    const { text } = await browser.open(url);
    expect([text, text]).toEqual([
      expect.stringContaining(SIGNED_IN),
      expect.stringContaining(BASKET),
    ]);
    return (await reads()).every((count) => count > 0);
  });
});

test('a visitor does not notice when an app is killed', async () => {
  const [app = ''] = await runningApps();
  await run('docker', ['kill', app], { env });
  for (let request = 1; request <= 10; request += 1) {
    expect((await browser.open(url)).text).toContain(SIGNED_IN);
  }
  expect(await runningApps()).toHaveLength(2);
  await up();
  expect(await runningApps()).toHaveLength(3);
});

test('sessions survive a crash of Redis', async () => {
  await compose('kill', 'redis');
  expect((await browser.open(url)).status).toBe(503);
  await up();
  await sessionIsBack();
});

test('sessions survive a restart of Redis', async () => {
  await compose('restart', 'redis');
  await sessionIsBack();
});

test.each([
  ['Valkey', 'Redis', 'valkey/valkey:8'],
  ['Redis', 'Valkey', 'redis:8'],
])('%s replaces %s and keeps its sessions', async (next, last, image) => {
  expect(await server()).toBe(last);
  env.REDIS_IMAGE = image;
  await up();
  expect(await server()).toBe(next);
  await sessionIsBack();
});
