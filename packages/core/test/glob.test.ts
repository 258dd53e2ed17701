import { describe, expect, test } from '@jest/globals';
import { escapeGlob } from '../src/redis/glob.ts';

describe('escapeGlob', () => {
  test('puts a backslash before each character that means something in a pattern', () => {
    expect(escapeGlob('*?[]^-\\')).toBe('\\*\\?\\[\\]\\^\\-\\\\');
  });

  test('leaves everything else alone', () => {
    expect(escapeGlob('sess:{user}.$+()|🦊')).toBe('sess:{user}.$+()|🦊');
  });
});
