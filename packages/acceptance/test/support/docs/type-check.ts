import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const PACKAGE = fileURLToPath(new URL('../../..', import.meta.url));
const TSC = join(PACKAGE, '../../node_modules/.bin/tsc');

/** What this package's own compiler options say that a reader's project need not. */
const COMPILER_OPTIONS = {
  allowJs: true,
  checkJs: true,
  declaration: false,
  isolatedDeclarations: false,
};

/**
 * Type-checks files as a project with this package's dependencies would, JavaScript too, in one run.
 * @param files the text of each file, under its name, whose extension says which kind of module it is.
 * @returns the compiler's messages under the names of the files; a file without any is left out.
 */
export async function typeErrors(
  files: Record<string, string>,
): Promise<Partial<Record<string, string>>> {
  // Inside the package, so that its dependencies are found.
  const folder = await mkdtemp(join(PACKAGE, '.snippets-'));
  try {
    const config = {
      extends: join(PACKAGE, 'tsconfig.json'),
      compilerOptions: COMPILER_OPTIONS,
      files: Object.keys(files),
      // Nothing of this package's own tests.
      include: [],
    };
    await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(config));
    for (const [name, text] of Object.entries(files)) {
      await mkdir(dirname(join(folder, name)), { recursive: true });
      await writeFile(join(folder, name), text);
    }
    return byFile(await tsc(folder));
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** What the compiler prints; it exits with 1 or 2 where it found errors. */
function tsc(folder: string): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(TSC, ['-p', folder, '--pretty', 'false'], { cwd: folder }, (error, output) => {
      if (error && output === '') reject(error);
      else resolve(output);
    });
  });
}

function byFile(output: string): Partial<Record<string, string>> {
  const errors: Partial<Record<string, string>> = {};
  let name: string | undefined;
  for (const line of output.split('\n').filter((text) => text !== '')) {
    // The lines after a message's first are indented and belong to the same file.
    name = /^(\S+?)\(\d+,\d+\): /.exec(line)?.[1] ?? name;
    if (name === undefined) throw new Error(`The compiler could not check anything: ${line}`);
    errors[name] = `${errors[name] ?? ''}${line}\n`;
  }
  return errors;
}
