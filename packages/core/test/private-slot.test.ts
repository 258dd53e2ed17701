import { isDeepStrictEqual } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import { notesOnObjects } from '../src/util/private-slot.ts';

describe('notes on objects', () => {
  test('are read, and replaced', () => {
    const notes = notesOnObjects<string>();
    const object = {};
    expect(notes.get(object)).toBeUndefined();
    notes.set(object, 'first');
    notes.set(object, 'second');
    expect(notes.get(object)).toBe('second');
    expect(notes.get({})).toBeUndefined();
  });

  test('are nobody else’s', () => {
    const [mine, theirs] = [notesOnObjects<string>(), notesOnObjects<string>()];
    const object = {};
    mine.set(object, 'mine');
    expect(theirs.get(object)).toBeUndefined();
    theirs.set(object, 'theirs');
    expect([mine.get(object), theirs.get(object)]).toEqual(['mine', 'theirs']);
  });

  test('do not show, and do not go along with a copy', () => {
    const notes = notesOnObjects<string>();
    const object = { a: 1 };
    notes.set(object, 'note');
    expect(Reflect.ownKeys(object)).toEqual(['a']);
    expect(JSON.stringify(object)).toBe('{"a":1}');
    expect(isDeepStrictEqual(object, { a: 1 })).toBe(true);
    expect(notes.get({ ...object })).toBeUndefined();
    expect(notes.get(structuredClone(object))).toBeUndefined();
  });

  test.each([
    ['frozen', Object.freeze({ a: 1 })],
    ['without a prototype', Object.create(null)],
    ['a proxy', new Proxy({}, {})],
  ])('can be on an object that is %s', (_, object) => {
    const notes = notesOnObjects<string>();
    notes.set(object, 'note');
    expect(notes.get(object)).toBe('note');
  });
});
