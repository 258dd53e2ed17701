import { describe, expect, test } from '@jest/globals';
import { halfSipHash, type Words } from '../src/listing/half-sip-hash.ts';

/** The input of the published test vectors: each byte is one more than the byte before. */
function bytes(length: number): Buffer {
  return Buffer.from(Array.from({ length }, (_, index) => index));
}

function hex(words: Words): string {
  const answer = Buffer.alloc(8);
  words.forEach((word, index) => {
    answer.writeInt32LE(word, 4 * index);
  });
  return answer.toString('hex');
}

describe('halfSipHash', () => {
  const key: Words = [bytes(8).readInt32LE(0), bytes(8).readInt32LE(4)];

  test.each([
    [0, '218d1f59b9b83cc8'],
    [2, '064f39ef7c50eb57'],
    [4, 'd5e78a175be52ea1'],
    [6, 'ce3e91358aa2bc25'],
    [14, '3bb1a870eae8e658'],
    [26, '0d899ed8112923f0'],
  ])('answers the published test vector for %i bytes', (length, vector) => {
    expect(hex(halfSipHash(key, bytes(length).toString('utf16le')))).toBe(vector);
  });

  test('returns another hash with another key', () => {
    expect(halfSipHash([1, 2], 'key')).not.toEqual(halfSipHash([1, 3], 'key'));
  });
});
