import { describe, expect, test } from '@jest/globals';
import { afterDiff, snippetsOf } from '../support/docs/snippets.ts';

describe('snippetsOf', () => {
  test('finds each fenced block with its language and file, in order', () => {
    const markdown =
      'Text.\n\n```ts\nconst a = `x`;\n\nb();\n```\n\n```\nplain\n```\n```sh title\n```\n';
    expect(snippetsOf(markdown)).toEqual([
      { language: 'ts', file: '', code: 'const a = `x`;\n\nb();\n' },
      { language: '', file: '', code: 'plain\n' },
      { language: 'sh', file: 'title', code: '' },
    ]);
  });

  test('finds a block in a list, without its indentation', () => {
    const markdown = '- Text:\n\n  ```ts\n  if (a) {\n    b();\n  }\n  ```\n\n- More.\n';
    expect(snippetsOf(markdown)).toEqual([
      { language: 'ts', file: '', code: 'if (a) {\n  b();\n}\n' },
    ]);
  });

  test('finds nothing in a text without fences', () => {
    expect(snippetsOf('`inline` and\n\n    indented\n')).toEqual([]);
  });
});

describe('afterDiff', () => {
  test('keeps what is kept and added, without the marks', () => {
    expect(afterDiff(' kept\n-removed\n+added\n\n+  indented\n')).toBe(
      'kept\nadded\n\n  indented\n',
    );
  });
});
