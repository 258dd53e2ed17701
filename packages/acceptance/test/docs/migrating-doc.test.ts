import { readFile } from 'node:fs/promises';
import { RedisStore } from '@holdfast/core';
import { fromRedisMock } from '@holdfast/redis-mock';
import { beforeAll, describe, expect, test } from '@jest/globals';
import redisMock from 'redis-mock';
import { afterDiff, snippetsOf } from '../support/docs/snippets.ts';
import { typeErrors } from '../support/docs/type-check.ts';

const DOC = new URL('../../../../docs/migrating-from-connect-redis.md', import.meta.url);
const VERSIONS = ['3', '4', '5', '6', '7', '8', '9', '10'];

/** The diff under the heading of each version. */
async function readDiffs(): Promise<Map<string, string>> {
  const sections = (await readFile(DOC, 'utf8')).split(/^### /m);
  const diffs = new Map<string, string>();
  for (const section of sections) {
    const version = /^connect-redis (\d+)\n/.exec(section)?.[1];
    const diff = snippetsOf(section).find(({ language }) => language === 'diff');
    if (version !== undefined && diff !== undefined) diffs.set(version, diff.code);
  }
  return diffs;
}

/** The name of a file that holds the code as the kind of module that it is. */
function fileName(version: string, code: string): string {
  return `from-${version}.${code.includes('require(') ? 'cjs' : 'mjs'}`;
}

describe('the guide from connect-redis', () => {
  /** Fields of the stores of connect-redis. */
  const FIELDS = [
    'client',
    'prefix',
    'ttl',
    'scanCount',
    'serializer',
    'disableTouch',
    'disableTTL',
  ];

  let diffs: Map<string, string>;
  let errors: Partial<Record<string, string>>;

  beforeAll(async () => {
    diffs = await readDiffs();
    const files: Record<string, string> = {};
    for (const [version, diff] of diffs) {
      const code = afterDiff(diff);
      files[fileName(version, code)] = code;
      files[`wrong-${fileName(version, code)}`] = code.replace('new RedisStore({', '$& tll: 60,');
    }
    errors = await typeErrors(files);
  });

  test('says rightly that a store has none of the fields of connect-redis', async () => {
    const store = new RedisStore({ client: fromRedisMock(redisMock.createClient()) });
    expect(FIELDS.filter((field) => field in store)).toEqual([]);
    const reads = FIELDS.map((field) => [
      `${field}.mts`,
      `import type { RedisStore } from '@holdfast/core';\nexport const read = (store: RedisStore) => store.${field};`,
    ]);
    const refused = FIELDS.map((field) => [
      `${field}.mts`,
      expect.stringContaining(`'${field}' does not exist`),
    ]);
    expect(await typeErrors(Object.fromEntries(reads))).toEqual(Object.fromEntries(refused));
  });

  test('has one diff for each version', () => {
    expect([...diffs.keys()]).toEqual(VERSIONS);
  });

  for (const version of VERSIONS) {
    test(`takes connect-redis ${version} out and leaves an application that type-checks`, () => {
      const diff = diffs.get(version) ?? '';
      const code = afterDiff(diff);
      expect(diff).toMatch(/^-.*connect-redis/m);
      expect(code).not.toMatch(/connect-redis/);
      expect(code).toMatch(/new RedisStore\(\{/);
      expect(errors[fileName(version, code)]).toBeUndefined();
      expect(errors[`wrong-${fileName(version, code)}`]).toMatch(/'tll' does not exist/);
    });
  }
});
