import { describe, expect, test } from '@jest/globals';
import { slotOf } from '../src/adapter-kit/cluster-slots.ts';
import { markerInSlotOf } from '../src/adapter-kit/markers.ts';

/** Computes the slot of a key as the specification of Redis Cluster says. */
function slotOfKey(key: string): number {
  const open = key.indexOf('{');
  const close = key.indexOf('}', open + 1);
  return slotOf(open >= 0 && close > open + 1 ? key.slice(open + 1, close) : key);
}

const KEYS = [
  'sess:id',
  'sess:{id}',
  'sess:{tag}id',
  'sess:a{tag}b{other}',
  'sess:{}id',
  'sess:}id{',
  'sess:{id',
  'sess:}',
  'sess:{}{id}',
];

describe.each(['', 'app:', '{app}:', 'a{b}c{d}:'])('with the client prefix %j', (keyPrefix) => {
  test.each(KEYS)('the marker of %s is in its slot', (key) => {
    const marker = markerInSlotOf(key, keyPrefix);
    expect(slotOfKey(keyPrefix + marker)).toBe(slotOfKey(keyPrefix + key));
    expect(marker).toMatch(/^holdfast:ended:/);
  });

  test('different keys have different markers', () => {
    expect(new Set(KEYS.map((key) => markerInSlotOf(key, keyPrefix))).size).toBe(KEYS.length);
  });
});
