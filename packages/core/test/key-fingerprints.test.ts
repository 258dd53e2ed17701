import { describe, expect, test } from '@jest/globals';
import { KeyFingerprints } from '../src/listing/key-fingerprints.ts';

describe('fingerprints of keys', () => {
  test('report each key as new once', () => {
    const seen = new KeyFingerprints();
    expect(['a', 'b', 'a', '', 'b', ''].map((key) => seen.add(key))).toEqual([
      ...[true, true, false],
      ...[true, false, false],
    ]);
  });

  test('tell 100,000 similar keys apart, and remember them while the table grows', () => {
    const keys = Array.from({ length: 50_000 }, (_, index) => `sess:${index}`);
    const padded = keys.map((key) => key.padEnd(40, '\0'));
    const seen = new KeyFingerprints();
    expect([...keys, ...padded].every((key) => seen.add(key))).toBe(true);
    expect([...keys, ...padded].some((key) => seen.add(key))).toBe(false);
  });
});
