import { describe, expect, test } from '@jest/globals';
import { SeenKeys } from '../src/listing/key-fingerprints.ts';

describe('The keys that were seen', () => {
  test('are new once', () => {
    const seen = new SeenKeys();
    expect(['a', 'b', 'a', '', 'b', ''].map((key) => seen.add(key))).toEqual([
      ...[true, true, false],
      ...[true, false, false],
    ]);
  });

  test('are told apart, also 100,000 that differ in little, and remembered as they grow more', () => {
    const keys = Array.from({ length: 50_000 }, (_, index) => `sess:${index}`);
    const padded = keys.map((key) => key.padEnd(40, '\0'));
    const seen = new SeenKeys();
    expect([...keys, ...padded].every((key) => seen.add(key))).toBe(true);
    expect([...keys, ...padded].some((key) => seen.add(key))).toBe(false);
  });
});
