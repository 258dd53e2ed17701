import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of the repository. */
export const ROOT: string = fileURLToPath(new URL('../../../../..', import.meta.url));

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

/** The READMEs of what npm gets. */
export async function packageReadmes(): Promise<string[]> {
  return (await publishedPackages()).map((name) => `packages/${name}/README.md`);
}

/** The pages of a folder, those of its folders not included. */
async function pagesIn(folder: string): Promise<string[]> {
  const files = await readdir(join(ROOT, folder));
  return files.filter((file) => file.endsWith('.md')).map((file) => join(folder, file));
}

/** Every page of the repository that is for readers. */
export async function allPages(): Promise<string[]> {
  const folders = ['.', 'docs', 'docs/benchmarks', 'apps/example', 'apps/minimal'];
  return [...(await Promise.all(folders.map(pagesIn))).flat(), ...(await packageReadmes())];
}
