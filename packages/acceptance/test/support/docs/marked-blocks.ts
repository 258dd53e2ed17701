import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ROOT, textOf } from './repository-files.ts';

/** A fenced block below a comment that names it: `<!-- name -->`. */
const BLOCK = /<!-- (\S.*) -->\n(```.*\n)([\s\S]*?)```/g;

/** The blocks of a page that have a name, by their names. */
export async function markedBlocks(page: string): Promise<Record<string, string>> {
  const blocks = (await textOf(page)).matchAll(BLOCK);
  return Object.fromEntries([...blocks].map(([, name = '', , text = '']) => [name, text]));
}

/**
 * Replaces the text of blocks if the environment variable `DOCS` is `write`, as after a change of what they show. A block
 * that is not among `texts` stays.
 */
export async function writeBlocks(page: string, texts: Record<string, string>): Promise<void> {
  if (process.env.DOCS !== 'write') return;
  const written = (await textOf(page)).replace(BLOCK, (block, name: string, fence: string) =>
    texts[name] === undefined ? block : `<!-- ${name} -->\n${fence}${texts[name]}\`\`\``,
  );
  await writeFile(join(ROOT, page), written);
}
