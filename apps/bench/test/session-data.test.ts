import { describe, expect, it } from '@jest/globals';
import { sessionOf } from '../src/stores/session-data.ts';

describe('A session of the bench', () => {
  it.each([200, 2000, 20_000])('has exactly %i bytes', (bytes) => {
    expect(Buffer.byteLength(JSON.stringify(sessionOf(bytes)))).toBe(bytes);
  });
});
