/** A fenced block of code in a Markdown text. */
export interface Snippet {
  /** The first word behind the opening fence, or an empty text. */
  language: string;
  /** The second word, which names the file that the snippet is, or an empty text. */
  file: string;
  /** The lines between the fences, each with its line end and without the indentation of the fences. */
  code: string;
}

/** All fenced blocks of code, in their order, those in lists included. */
export function snippetsOf(markdown: string): Snippet[] {
  const blocks = markdown.matchAll(/^( *)```(\S*) ?(\S*).*\n([\s\S]*?)^\1```$/gm);
  return [...blocks].map(([, indent = '', language = '', file = '', code = '']) => ({
    language,
    file,
    code: code.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
  }));
}

/** What is left when a diff is applied: the lines that it keeps and those that it adds. */
export function afterDiff(diff: string): string {
  const lines = diff.split('\n').filter((line) => !line.startsWith('-'));
  return lines.map((line) => line.slice(1)).join('\n');
}

/** The same program for CommonJS, where `import` is `require` and `await` needs a function around it. */
export function toCommonJs(code: string): string {
  return code
    .replace(/^import (\w+) from ('.+');$/gm, 'const $1 = require($2);')
    .replace(/^import (\{.+\}) from ('.+');$/gm, 'const $1 = require($2);');
}
