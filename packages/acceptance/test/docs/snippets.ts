/** A fenced block of code in a Markdown text. */
export interface Snippet {
  /** What stands behind the opening fence, or an empty text. */
  language: string;
  /** The lines between the fences, each with its line end. */
  code: string;
}

/** All fenced blocks of code that begin at the start of a line, in their order. */
export function snippetsOf(markdown: string): Snippet[] {
  const blocks = markdown.matchAll(/^```(\S*).*\n([\s\S]*?)^```$/gm);
  return [...blocks].map(([, language = '', code = '']) => ({ language, code }));
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
