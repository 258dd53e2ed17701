import { describe, expect, test } from '@jest/globals';
import { afterDiff, snippetsOf } from './snippets.ts';

describe('snippetsOf', () => {
  test('finds each fenced block with its language, in order', () => {
    const markdown =
      'Text.\n\n```ts\nconst a = `x`;\n\nb();\n```\n\n```\nplain\n```\n```sh title\n```\n';
    expect(snippetsOf(markdown)).toEqual([
      { language: 'ts', code: 'const a = `x`;\n\nb();\n' },
      { language: '', code: 'plain\n' },
      { language: 'sh', code: '' },
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
