import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { startRedis, type TestRedis } from '@holdfast/test-servers';
import { afterAll, beforeAll } from '@jest/globals';
import { transformSync } from '@swc/core';
import { ROOT } from '../support/docs/repository-files.ts';
import { snippetsOf } from '../support/docs/snippets.ts';

let redis: TestRedis;
beforeAll(async () => {
  redis = await startRedis();
  process.env.REDIS_URL = redis.url;
});
afterAll(() => redis.stop());

// At once, as Jest collects tests when a file is loaded.
const snippets = snippetsOf(readFileSync(join(ROOT, 'docs/writing-an-adapter.md'), 'utf8'));

/** Runs a file of the page as a module, and returns what it exports. */
function load(file: string, modules: Record<string, object> = {}): object {
  const code = snippets.find((snippet) => snippet.file === file)?.code;
  if (code === undefined) throw new Error(`The page has no file ${file}.`);
  const { code: commonJs } = transformSync(code, {
    jsc: { parser: { syntax: 'typescript' }, target: 'es2023' },
    module: { type: 'commonjs' },
  });
  const exports = {};
  const find = (name: string) => modules[name] ?? require(name);
  new Function('require', 'exports', commonJs)(find, exports);
  return exports;
}

// The page's test, which declares its tests here, on the page's adapter.
load('from-iovalkey.test.ts', { './from-iovalkey.ts': load('from-iovalkey.ts') });
