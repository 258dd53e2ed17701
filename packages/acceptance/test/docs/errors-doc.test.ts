import { expect, test } from '@jest/globals';
import { textOf } from './repository-files.ts';

const SOURCE = 'packages/core/src/errors.ts';

/** What stands in the first column of the table. */
async function documented(): Promise<string[]> {
  const rows = (await textOf('docs/errors.md')).matchAll(/^\| `(ERR_\w+)` \|/gm);
  return [...rows].map(([, code = '']) => code);
}

/** What the first group finds in the source of the errors. */
async function inSource(pattern: RegExp): Promise<string[]> {
  return [...(await textOf(SOURCE)).matchAll(pattern)].map(([, code = '']) => code);
}

test('docs/errors.md names every code of HoldfastErrorCode once, and no other', async () => {
  const codes = await inSource(/^ {2}\| '(ERR_\w+)'/gm);
  expect(codes.length).toBeGreaterThan(10);
  expect((await documented()).sort()).toEqual(codes.sort());
});

test('HoldfastErrorCode says what each of its codes means', async () => {
  const explained = await inSource(/^ \* - `(ERR_\w+)`: /gm);
  expect(explained).toEqual(await inSource(/^ {2}\| '(ERR_\w+)'/gm));
});
