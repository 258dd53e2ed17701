import { textOf } from './repository-files.ts';
import { type Snippet, snippetsOf } from './snippets.ts';

/** The snippets below the heading "First steps" of the README. */
async function snippets(language: string): Promise<Snippet[]> {
  const [, section = ''] = (await textOf('README.md')).split('\n## First steps\n');
  const all = snippetsOf(section.split('\n## ')[0] ?? '');
  return all.filter((snippet) => snippet.language === language);
}

/** The README's first snippet, which is the same in TypeScript and JavaScript. It does not listen yet. */
export async function applicationWithSessions(): Promise<string> {
  return (await snippets('ts'))[0]?.code ?? '';
}

/** The application of the README's first steps, in TypeScript. */
export async function firstSteps(): Promise<string> {
  return (await snippets('ts')).map(({ code }) => code).join('\n');
}

/** The same in JavaScript, made as the README says. */
export async function asJavaScript(): Promise<string> {
  return (await firstSteps()).replace(/^declare module [\s\S]*?^\}\n/m, '');
}

/** The same in CommonJS, made as the README says. */
export async function asCommonJs(): Promise<string> {
  const [snippet] = await snippets('js');
  const [requires = '', lastLine = ''] = snippet?.code.split('\n\n') ?? [];
  const program = (await asJavaScript()).replace(/^import .*\n/gm, '');
  return `${requires}\n${program
    .replace('await redis.connect();\n', '')
    .replace('const server = app.listen(PORT);\n', lastLine)}`;
}
