import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort, startProgram, startRedis, type TestRedis, until } from '@holdfast/test-servers';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { transformSync } from '@swc/core';
import {
  augmentationOf,
  isApplication,
  MAIN,
  type Program,
  programsOf,
} from '../support/docs/programs.ts';
import { allPages, ROOT } from '../support/docs/repository-files.ts';
import { typeErrors } from '../support/docs/type-check.ts';

/** What the pages tell their readers to set. */
const SECRETS = {
  SESSION_SECRET: 'only of this test, and longer than 32 characters',
  SESSION_KEY: Buffer.alloc(32, 'key').toString('base64'),
};

let programs: Program[];
let redis: TestRedis;

beforeAll(async () => {
  redis = await startRedis();
  programs = (await Promise.all((await allPages()).map(programsOf))).flat();
  const adapter = programs.find(({ files }) => 'from-iovalkey.ts' in files)?.files[
    'from-iovalkey.ts'
  ];
  for (const { files } of programs) {
    // The README of the test kit speaks of an adapter that its reader has.
    if ('from-iovalkey.test.ts' in files) files['from-iovalkey.ts'] ??= adapter ?? '';
  }
});
afterAll(() => redis.stop());

describe('the snippets of the pages', () => {
  test('are found on each page that has some', () => {
    const pages = new Set(programs.map(({ name }) => name.split(' ')[0]));
    expect([...pages].sort()).toEqual([
      'README.md',
      'apps/example/README.md',
      'apps/minimal/README.md',
      'docs/client-side-caching.md',
      'docs/clusters.md',
      'docs/concurrency.md',
      'docs/errors.md',
      'docs/observing.md',
      'docs/reliability.md',
      'docs/secrets.md',
      'docs/sessions-of-a-user.md',
      'docs/speed.md',
      'docs/writing-an-adapter.md',
      'packages/conformance/README.md',
      'packages/core/README.md',
      'packages/ioredis/README.md',
      'packages/node-redis/README.md',
      'packages/redis-mock/README.md',
    ]);
  });

  test('compile as a reader would paste them', async () => {
    const errors: Record<string, string | undefined> = {};
    for (const group of groups()) Object.assign(errors, await typeErrors(group));
    expect(errors).toEqual({});
  });

  test('serve, where they are an application', async () => {
    const served: string[] = [];
    for (const program of programs) {
      if (!isApplication(program)) continue;
      served.push(`${program.name}: ${await firstResponse(program)}`);
    }
    expect(served).toEqual(served.map((line) => line.replace(/: .*/, ': served')));
    expect(served.length).toBeGreaterThan(5);
  });
});

/** The files to compile together: what one program declares must not be there for another that does not declare it. */
function groups(): Record<string, string>[] {
  const byAugmentation = new Map<string, Record<string, string>>();
  for (const program of programs) {
    const augmentation = augmentationOf(program);
    const group = byAugmentation.get(augmentation) ?? {};
    byAugmentation.set(augmentation, group);
    for (const [file, code] of Object.entries(program.files)) {
      group[`${program.name.replaceAll(/\W/g, '-')}/${file}`] = code;
    }
  }
  return [...byAugmentation.values()];
}

/** Runs a program, and asks it for its home page, which not every one has. */
async function firstResponse({ files }: Program): Promise<string> {
  // Inside the package, so that its dependencies are found.
  const folder = await mkdtemp(join(ROOT, 'packages/acceptance/.snippets-'));
  const { code } = transformSync(files[MAIN] ?? '', {
    jsc: { parser: { syntax: 'typescript' }, target: 'es2022' },
  });
  await writeFile(join(folder, 'main.mjs'), code);
  const port = await freePort();
  const env = { ...process.env, ...SECRETS, REDIS_URL: redis.url, PORT: String(port) };
  const app = startProgram(process.execPath, ['main.mjs'], { cwd: folder, env });
  try {
    let status = 0;
    let hasEnded = false;
    void app.ended.then(() => {
      hasEnded = true;
    });
    await until('it serves', async () => {
      const response = await fetch(`http://localhost:${port}/`).catch(() => undefined);
      status = response?.status ?? 0;
      return status > 0 || hasEnded;
    });
    return [200, 404].includes(status) ? 'served' : `${status} ${app.output()}`;
  } finally {
    await app.stop();
    await rm(folder, { recursive: true });
  }
}
