import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { access, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import {
  freePort,
  type Program,
  startProgram,
  startRedis,
  type TestRedis,
} from '@holdfast/test-servers';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { ROOT, textOf } from './support/docs/repository-files.ts';

interface Service {
  image?: string;
  build?: { context: string; dockerfile: string };
  ports?: string[];
  environment?: Record<string, string>;
  healthcheck?: { test: string[] };
  depends_on?: Record<string, { condition: string }>;
  configs?: { source: string }[];
}

interface Compose {
  services: Record<'proxy' | 'app' | 'redis', Service>;
  configs: Record<string, { content: string }>;
}

let compose: Compose;
let environment: Record<string, string>;
beforeAll(async () => {
  compose = parse(await textOf('compose.yaml'));
  environment = compose.services.app.environment ?? {};
});

/** All the source of the example, where each variable that it takes is named. */
async function sources(): Promise<string> {
  const folder = 'apps/example/src';
  const files = await readdir(join(ROOT, folder), { recursive: true });
  const texts = files.filter((file) => file.endsWith('.ts')).map((file) => join(folder, file));
  return (await Promise.all(texts.map(textOf))).join('\n');
}

/** What starts the app in its container. */
async function command(): Promise<string[]> {
  const { dockerfile = '' } = compose.services.app.build ?? {};
  const [, array = ''] = (await textOf(dockerfile)).match(/^CMD (\[.+\])$/m) ?? [];
  return JSON.parse(array);
}

describe('compose.yaml', () => {
  test('sets variables that the example takes', async () => {
    const source = await sources();
    for (const name of Object.keys(environment))
      expect(source).toMatch(new RegExp(`\\b${name}\\b`));
  });

  test('says what is missing where there is no secret', () => {
    expect(environment.SESSION_SECRET).toMatch(/^\$\{SESSION_SECRET:\?Set SESSION_SECRET to .+\}$/);
  });

  test('leads from the one port over the proxy to the app and on to Redis', () => {
    const { proxy, app, redis } = compose.services;
    const caddyfile = compose.configs[proxy.configs?.[0]?.source ?? '']?.content;
    expect(proxy.ports).toEqual([`127.0.0.1:\${PORT:-3000}:80`]);
    expect(caddyfile).toMatch(/^:80 \{/);
    expect(caddyfile).toContain(`dynamic a app ${environment.PORT} `);
    expect(environment.REDIS_URL).toBe('redis://redis:6379');
    expect(redis.image).toBe(`\${REDIS_IMAGE:-redis:8}`);
    for (const needed of [app, redis]) expect(needed.healthcheck).toBeDefined();
    expect(proxy.depends_on).toEqual({ app: { condition: 'service_healthy' } });
    expect(app.depends_on).toEqual({ redis: { condition: 'service_healthy' } });
  });
});

describe('the app with the environment of compose.yaml', () => {
  let redis: TestRedis;
  let app: Program;
  let port: string;
  beforeAll(async () => {
    redis = await startRedis();
    port = String(await freePort());
    const env = {
      ...environment,
      PORT: port,
      REDIS_URL: redis.url,
      SESSION_SECRET: 'of the test',
    };
    const [program = '', ...args] = await command();
    app = startProgram(program, args, { cwd: ROOT, env: { PATH: process.env.PATH, ...env } });
    await app.printed(`http://localhost:${port}`);
  });
  afterAll(async () => {
    await app.stop();
    await redis.stop();
  });

  /** The exit code of the health check, which looks at the port where the test has the app. */
  async function healthCheck(): Promise<number | null> {
    const [kind, program = '', ...args] = compose.services.app.healthcheck?.test ?? [];
    expect(kind).toBe('CMD');
    const script = args.map((arg) => arg.replace(`:${environment.PORT}/`, `:${port}/`));
    expect(script).not.toEqual(args);
    const [code] = await once(execFile(program, script), 'exit');
    return code;
  }

  test('serves, through a command whose file exists', async () => {
    const [, file = ''] = await command();
    await expect(access(join(ROOT, file))).resolves.toBeUndefined();
    const health = await fetch(`http://localhost:${port}/health`);
    expect([health.status, await health.json()]).toMatchObject([200, { client: 'node-redis' }]);
    expect(app.output()).not.toMatch(/warning|error/i);
  });

  test('is healthy as long as it serves', async () => {
    expect(await healthCheck()).toBe(0);
    await app.stop();
    expect(await healthCheck()).toBe(1);
  });
});
