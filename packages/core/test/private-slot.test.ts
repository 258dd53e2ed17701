import { isDeepStrictEqual } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import { privateSlot } from '../src/util/private-slot.ts';

describe('a private slot', () => {
  test('holds the value that was set last', () => {
    const slot = privateSlot<string>();
    const object = {};
    expect(slot.get(object)).toBeUndefined();
    slot.set(object, 'first');
    slot.set(object, 'second');
    expect(slot.get(object)).toBe('second');
    expect(slot.get({})).toBeUndefined();
  });

  test('is independent of other slots on the same object', () => {
    const [mine, theirs] = [privateSlot<string>(), privateSlot<string>()];
    const object = {};
    mine.set(object, 'mine');
    expect(theirs.get(object)).toBeUndefined();
    theirs.set(object, 'theirs');
    expect([mine.get(object), theirs.get(object)]).toEqual(['mine', 'theirs']);
  });

  test('is no property, and not part of a copy', () => {
    const slot = privateSlot<string>();
    const object = { a: 1 };
    slot.set(object, 'value');
    expect(Object.keys(object)).toEqual(['a']);
    expect(JSON.stringify(object)).toBe('{"a":1}');
    expect(isDeepStrictEqual(object, { a: 1 })).toBe(true);
    expect(slot.get({ ...object })).toBeUndefined();
    expect(slot.get(structuredClone(object))).toBeUndefined();
    const descriptors = Object.getOwnPropertyDescriptors(object);
    expect(Reflect.ownKeys(descriptors)).toEqual(['a']);
    expect(slot.get(Object.defineProperties({}, descriptors))).toBeUndefined();
    expect(slot.get(Object.create(object))).toBeUndefined();
  });

  test.each([
    ['frozen', Object.freeze({ a: 1 })],
    ['without a prototype', Object.create(null)],
    ['a proxy', new Proxy({}, {})],
  ])('works on an object that is %s', (_, object) => {
    const slot = privateSlot<string>();
    slot.set(object, 'value');
    expect(slot.get(object)).toBe('value');
  });
});
