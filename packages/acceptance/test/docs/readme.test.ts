import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort, startProgram, startRedis, type TestRedis, until } from '@holdfast/test-servers';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { asCommonJs, asJavaScript } from '../support/docs/first-steps.ts';
import { ROOT, textOf } from '../support/docs/repository-files.ts';
import { typeErrors } from '../support/docs/type-check.ts';

describe("the README's first steps", () => {
  let redis: TestRedis;
  let folder: string;
  beforeAll(async () => {
    redis = await startRedis();
    folder = await mkdtemp(join(ROOT, 'packages/acceptance/.snippets-'));
  });
  afterAll(async () => {
    await rm(folder, { recursive: true });
    await redis.stop();
  });

  test.each([
    ['an ES module', 'app.mjs', asJavaScript],
    ['CommonJS', 'app.cjs', asCommonJs],
  ])('count visits as %s', async (_, file, program) => {
    await writeFile(join(folder, file), await program());
    const port = await freePort();
    const env = {
      ...process.env,
      REDIS_URL: redis.url,
      PORT: String(port),
      SESSION_SECRET: 'test',
    };
    const app = startProgram(process.execPath, [file], { cwd: folder, env });
    try {
      const url = `http://localhost:${port}/`;
      let first: Response | undefined;
      await until('the application serves', async () => {
        first = await fetch(url).catch(() => undefined);
        return first?.status === 200;
      });
      const cookie = first?.headers.get('set-cookie')?.split(';')[0] ?? '';
      const second = await fetch(url, { headers: { cookie } });
      expect([await first?.text(), await second.text()]).toEqual(['Visits: 1', 'Visits: 2']);
      expect(app.output()).toBe('');
    } finally {
      await app.stop();
    }
  });

  test('do not start without a secret', async () => {
    await writeFile(join(folder, 'app.mjs'), await asJavaScript());
    const { SESSION_SECRET: _, ...env } = process.env;
    const app = startProgram(process.execPath, ['app.mjs'], { cwd: folder, env });
    expect(await app.ended).toBe(1);
    expect(app.output()).toContain('Set SESSION_SECRET');
  });
});

describe('the README', () => {
  test('is short', async () => {
    expect((await textOf('README.md')).trimEnd().split('\n').length).toBeLessThan(250);
  });

  test('has a heading for each option of RedisStore, and no other', async () => {
    const [, section = ''] = (await textOf('README.md')).split('\n## Options\n');
    const names = [...(section.split('\n## ')[0] ?? '').matchAll(/^### (\w+)$/gm)];
    const fields = names.map(([, name]) => `${name}: true`).join(', ');
    const check = `import type { StoreOptions } from '@holdfast/core';
import type { SessionData } from 'express-session';
export const options: Record<keyof StoreOptions<SessionData>, true> = { ${fields} };
`;
    expect(names.length).toBeGreaterThan(10);
    expect(await typeErrors({ 'options.mts': check })).toEqual({});
  });
});
