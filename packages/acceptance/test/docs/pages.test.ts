import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { publishedPackages, ROOT, textOf } from './repository-files.ts';
import { snippetsOf } from './snippets.ts';
import { typeErrors } from './type-check.ts';

/** What a snippet may take for granted, where it does not declare it itself. */
const GIVEN: Record<string, string> = {
  app: "declare const app: import('express').Express;",
  session: "import session from 'express-session';",
  redis: "declare const redis: ReturnType<typeof import('redis').createClient>;",
  store: "declare const store: import('@holdfast/core').RedisStore;",
  id: 'declare const id: string;',
  client: "declare const client: import('@holdfast/core').RedisLike;",
  factory: "declare const factory: import('@holdfast/conformance').SubjectFactory;",
};

/** The client that docs/writing-an-adapter.md imagines. */
const MY_CLIENT = `declare module 'my-client' {
  interface MyClient {
    send(command: string, ...args: string[]): Promise<unknown>;
    close(): Promise<void>;
  }
  export function connect(url: string | undefined): Promise<MyClient>;
}`;

/** What a reader's application says of its sessions. */
const SESSION_DATA = `import 'express-session';
declare module 'express-session' {
  interface SessionData {
    visits?: number;
    userId?: string;
    browser?: string;
    name?: string;
  }
}`;

async function pages(): Promise<string[]> {
  const readmes = (await publishedPackages()).map((name) => `packages/${name}/README.md`);
  return [
    'README.md',
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
    'apps/minimal/README.md',
    ...readmes,
  ];
}

function complete(code: string): string {
  const declared = [...code.matchAll(/^(?:import (.+) from|\s*const (.+?) =)/gm)].join(' ');
  const missing = Object.entries(GIVEN).filter(
    ([name]) => !new RegExp(`\\b${name}\\b(?!['/-])`).test(declared),
  );
  return `${missing.map(([, declaration]) => declaration).join('\n')}\n${code}\nexport {};\n`;
}

describe('the pages for users', () => {
  let files: Record<string, string>;
  let errors: Awaited<ReturnType<typeof typeErrors>>;

  beforeAll(async () => {
    files = { 'my-client.d.ts': MY_CLIENT, 'session-data.d.ts': SESSION_DATA };
    for (const page of await pages()) {
      const snippets = snippetsOf(await textOf(page)).filter(({ language }) => language === 'ts');
      for (const [index, { code }] of snippets.entries()) {
        files[`${page.replaceAll('/', '-')}-${index + 1}.mts`] = complete(code);
      }
    }
    files['from-my-client.ts'] = files['docs-writing-an-adapter.md-1.mts'] ?? '';
    errors = await typeErrors(files);
  });

  test('have snippets, each page at least one', async () => {
    for (const page of await pages()) {
      expect(files[`${page.replaceAll('/', '-')}-1.mts`]).toBeDefined();
    }
  });

  test('have snippets that compile', () => {
    expect(errors).toEqual({});
  });

  test('show files of the repository as they are', async () => {
    const texts = await Promise.all((await pages()).map(textOf));
    const shown = [...texts.join('\n').matchAll(/<!-- (\S+) -->\n```\w+\n([\s\S]*?)```/g)];
    expect(shown.map(([, path]) => path)).toEqual([
      'apps/example/src/session-store.ts',
      'apps/example/src/metrics/operations.ts',
      'apps/minimal/src/fastify.ts',
    ]);
    for (const [, path = '', text] of shown) expect(text).toBe(await textOf(path));
  });

  test('link to pages that exist', async () => {
    for (const page of [
      ...(await pages()),
      'apps/example/README.md',
      'CONTRIBUTING.md',
      'SECURITY.md',
    ]) {
      const links = (await textOf(page)).matchAll(/\]\((?!https?:)([^)#]+)/g);
      for (const [, link = ''] of links) {
        const target = join(ROOT, page, '..', link);
        await expect(readdir(join(target, '..'))).resolves.toContain(target.split('/').at(-1));
      }
    }
  });
});
