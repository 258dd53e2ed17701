import { describe, expect, test } from '@jest/globals';
import { STAMPED_JSON } from '../src/serializer.ts';
import { nextStamp, STAMP_LENGTH, uniqueEndOf, withStampOf } from '../src/util/stamps.ts';

describe('nextStamp', () => {
  test('returns white space that JSON ignores, and never the same again', () => {
    const stamps = new Set<string>();
    // More than the numbers of which only the last part differs.
    for (let count = 0; count < 200_000; count++) stamps.add(nextStamp());
    expect(stamps.size).toBe(200_000);
    for (const stamp of stamps) {
      if (!/^[ \t\n\r]{24}$/.test(stamp)) throw new Error(JSON.stringify(stamp));
    }
    expect(JSON.parse(`{"a":1}${nextStamp()}`)).toEqual({ a: 1 });
  });
});

describe('uniqueEndOf', () => {
  test('returns the stamp at the end of a text', () => {
    const stamp = nextStamp();
    expect(uniqueEndOf(`{"a":"ż"}${stamp}`)).toBe(stamp);
    expect(uniqueEndOf(stamp)).toBe(stamp);
  });

  test('returns the end of an encrypted text', () => {
    const text = `hf1.key.${'b'.repeat(30)}${'a-_Z'.repeat(6)}`;
    expect(uniqueEndOf(text)).toBe('a-_Z'.repeat(6));
  });

  test.each([
    '',
    '{}',
    ' '.repeat(STAMP_LENGTH),
    `{}${'\r\t\r\t\n'.repeat(2)}`,
    'a'.repeat(60),
    'hf1.a',
  ])('returns nothing for %j', (text) => {
    expect(uniqueEndOf(text)).toBeUndefined();
  });

  test('returns nothing for a text like an encrypted one that ends in something else', () => {
    expect(uniqueEndOf(`hf1.key.${'b'.repeat(60)} the end`)).toBeUndefined();
  });
});

describe('STAMPED_JSON', () => {
  test('writes what JSON writes, and a stamp', () => {
    const session = { cookie: { originalMaxAge: null }, name: 'ż' };
    const text = STAMPED_JSON.stringify(session) as string;
    expect(text.slice(0, -STAMP_LENGTH)).toBe(JSON.stringify(session));
    expect(uniqueEndOf(text)).toBe(text.slice(-STAMP_LENGTH));
    expect(STAMPED_JSON.parse(text)).toEqual(session);
  });

  test('writes no text for a session that writes none itself', () => {
    expect(STAMPED_JSON.stringify({ toJSON: () => undefined })).toBeUndefined();
  });
});

describe('withStampOf', () => {
  const before = `{"a":1}${nextStamp()}`;

  test('returns the text before if only the stamp differs', () => {
    expect(withStampOf(before, `{"a":1}${nextStamp()}`)).toBe(before);
  });

  test.each([
    `{"a":2}${nextStamp()}`,
    `{"a":12}${nextStamp()}`,
    '{"a":1}',
    `{"a":1}${' '.repeat(24)}`,
  ])('returns %j as it is', (text) => {
    expect(withStampOf(before, text)).toBe(text);
    expect(withStampOf(text, before)).toBe(before);
  });
});
