import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of the repository. */
export const ROOT: string = fileURLToPath(new URL('../../../..', import.meta.url));

/** The text of a file of the repository. */
export function textOf(path: string): Promise<string> {
  return readFile(join(ROOT, path), 'utf8');
}

/** The folders in `packages` of what npm gets. */
export async function publishedPackages(): Promise<string[]> {
  const published: string[] = [];
  for (const name of await readdir(join(ROOT, 'packages'))) {
    const manifest = JSON.parse(await textOf(`packages/${name}/package.json`));
    if (manifest.private !== true) published.push(name);
  }
  return published;
}
