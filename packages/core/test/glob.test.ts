import { describe, expect, test } from '@jest/globals';
import { escapeGlob } from '../src/redis/glob.ts';

describe('escapeGlob', () => {
  test('escapes every character that has a meaning in a pattern', () => {
    expect(escapeGlob('*?[]^-\\')).toBe('\\*\\?\\[\\]\\^\\-\\\\');
  });

  test('keeps every other character', () => {
    expect(escapeGlob('sess:{user}.$+()|🦊')).toBe('sess:{user}.$+()|🦊');
  });
});
