import { expect, test } from '@jest/globals';
import { textOf } from '../support/docs/repository-files.ts';

const SOURCE = 'packages/core/src/errors.ts';

/** The codes that have a heading. Its anchor, to which the message of each error leads, is the code in lower case. */
async function documented(): Promise<string[]> {
  const headings = (await textOf('docs/errors.md')).matchAll(/^## (ERR_\w+)$/gm);
  return [...headings].map(([, code = '']) => code);
}

/** What the first group finds in the source of the errors. */
async function inSource(pattern: RegExp): Promise<string[]> {
  return [...(await textOf(SOURCE)).matchAll(pattern)].map(([, code = '']) => code);
}

test('docs/errors.md has a heading for each code of HoldfastErrorCode, and for no other', async () => {
  const codes = await inSource(/^ {2}\| '(ERR_\w+)'/gm);
  expect(codes.length).toBeGreaterThan(10);
  expect((await documented()).sort()).toEqual(codes.sort());
});

test('docs/errors.md says of each code what to do', async () => {
  const [, ...sections] = (await textOf('docs/errors.md')).split(/^## (?=ERR_)/m);
  for (const section of sections) expect(section.split('\n## ')[0]).toMatch(/^What to do: \w/m);
});

test('HoldfastErrorCode says what each of its codes means', async () => {
  const explained = await inSource(/^ \* - `(ERR_\w+)`: /gm);
  expect(explained).toEqual(await inSource(/^ {2}\| '(ERR_\w+)'/gm));
});
