import { firstSteps } from './first-steps.ts';
import { textOf } from './repository-files.ts';
import { snippetsOf } from './snippets.ts';

/** What a reader gets who pastes the snippets of a page as `docs/README.md` says. */
export interface Program {
  /** The page and the number of the program on it. */
  name: string;
  /** The text of each file. */
  files: Record<string, string>;
}

/** The file that has the snippets without a name. */
export const MAIN = 'main.mts';

/** A snippet with one of these is a program of its own. Any other continues what is above it. */
const CREATES_A_CLIENT =
  /\bcreate(?:Client|ClientPool|Cluster|Sentinel)\(|\bnew (?:Redis|Cluster)\(/;

const CONTINUES_FIRST_STEPS = /continue the application of\s+\[First steps\]/;

/** All programs of a page, without the snippets that are no TypeScript. */
export async function programsOf(page: string): Promise<Program[]> {
  const markdown = await textOf(page);
  const snippets = snippetsOf(markdown).filter(({ language }) => language === 'ts');
  const unnamed = snippets.filter(({ file }) => file === '').map(({ code }) => code);
  const codes = CONTINUES_FIRST_STEPS.test(markdown)
    ? await continuingFirstSteps(unnamed)
    : continuingEachOther(unnamed);
  const programs: Program['files'][] = codes.map((code) => ({ [MAIN]: `${code}\nexport {};\n` }));
  const named = snippets.filter(({ file }) => file !== '');
  if (named.length > 0) {
    programs.push(Object.fromEntries(named.map(({ file, code }) => [file, code])));
  }
  return programs.map((files, index) => ({ name: `${page} ${index + 1}`, files }));
}

async function continuingFirstSteps(snippets: string[]): Promise<string[]> {
  const own = snippets.filter((code) => CREATES_A_CLIENT.test(code));
  const continuing = snippets.filter((code) => !CREATES_A_CLIENT.test(code));
  return [[await firstSteps(), ...continuing].join('\n'), ...own];
}

function continuingEachOther(snippets: string[]): string[] {
  const programs: string[] = [];
  for (const code of snippets) {
    if (programs.length === 0 || CREATES_A_CLIENT.test(code)) programs.push(code);
    else programs.push(`${programs.pop()}\n${code}`);
  }
  return programs;
}

/** Whether a program serves requests. */
export function isApplication({ files }: Program): boolean {
  return files[MAIN]?.includes('app.listen(') ?? false;
}

/** What a program declares for all files that are compiled with it. */
export function augmentationOf({ files }: Program): string {
  const blocks = Object.values(files).map((code) => code.match(/^declare module [\s\S]*?^\}/gm));
  return blocks.flat().join('\n');
}
