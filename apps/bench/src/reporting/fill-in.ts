import { readFile, writeFile } from 'node:fs/promises';

/**
 * Replaces the table between the marks `<!-- bench name -->` and `<!-- end -->` of a page.
 * @throws Error if the page has no such marks.
 */
export async function fillIn(page: URL, name: string, table: string): Promise<void> {
  const text = await readFile(page, 'utf8');
  const start = `<!-- bench ${name} -->\n`;
  const from = text.indexOf(start) + start.length;
  const to = text.indexOf('<!-- end -->', from);
  if (from < start.length || to < 0)
    throw new Error(`${page} has no marks for the table of ${name}.`);
  await writeFile(page, `${text.slice(0, from)}\n${table}\n\n${text.slice(to)}`);
}
