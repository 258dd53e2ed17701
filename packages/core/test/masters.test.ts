import { describe, expect, test } from '@jest/globals';
import { mastersBySlot } from '../src/adapter-kit/masters.ts';

/** By `CLUSTER KEYSLOT`. */
const SLOTS: Record<string, number> = {
  '': 0,
  foo: 12_182,
  'sess:foo': 8504,
  '{foo}.bar': 12_182,
  'x{foo}{bar}': 12_182,
  'x{}{foo}': 9729,
  'x{foo': 11_351,
  é: 10_180,
};

describe('the masters of a cluster', () => {
  test.each(Object.entries(SLOTS))('serve %j where Redis says', (key, slot) => {
    expect(mastersBySlot(String).of(key)).toBe(String(slot));
  });

  test('serve the key with the prefix that the client adds', () => {
    expect(mastersBySlot(String, 'sess:').of('foo')).toBe(String(SLOTS['sess:foo']));
  });

  test('are named once each, and only if the client knows them', () => {
    const masters = mastersBySlot((slot) => (slot < 100 ? undefined : `host:${slot % 3}`));
    expect([...masters.all()].sort()).toEqual(['host:0', 'host:1', 'host:2']);
    expect(mastersBySlot(() => undefined).all()).toEqual([]);
    expect(mastersBySlot(() => undefined).of('foo')).toBeUndefined();
  });
});
