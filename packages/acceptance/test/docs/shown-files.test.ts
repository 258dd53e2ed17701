import { expect, test } from '@jest/globals';
import { markedBlocks, writeBlocks } from '../support/docs/marked-blocks.ts';
import { allPages, textOf } from '../support/docs/repository-files.ts';

test('the pages show files of the repository as they are', async () => {
  const shown: string[] = [];
  for (const page of await allPages()) {
    const paths = Object.keys(await markedBlocks(page)).filter((name) => /^\w+\/\S+$/.test(name));
    const files: Record<string, string> = {};
    for (const path of paths) files[path] = await textOf(path);
    await writeBlocks(page, files);
    expect(await markedBlocks(page)).toMatchObject(files);
    shown.push(...paths);
  }
  expect(shown).toContain('apps/minimal/src/fastify.ts');
  expect(shown).toContain('apps/example/src/metrics/operations.ts');
});
