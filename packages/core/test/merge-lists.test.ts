import { describe, expect, test } from '@jest/globals';
import { mergeLists } from '../src/session/merge-lists.ts';

function merged(base: unknown[], mine: unknown[], theirs: unknown[]): unknown[] | undefined {
  return mergeLists(base, mine, theirs)?.list;
}

describe('two lists', () => {
  test('that both grew at their end keep the additions of both, theirs first', () => {
    expect(merged([1], [1, 2], [1, 3])).toEqual([1, 3, 2]);
    expect(merged([], [2], [3, 4])).toEqual([3, 4, 2]);
  });

  test('that both grew by an equal element have it twice', () => {
    expect(merged(['tea'], ['tea', 'tea'], ['tea', 'tea'])).toEqual(['tea', 'tea', 'tea']);
  });

  test('of which one lost elements and the other grew keep both changes', () => {
    expect(merged(['shown'], [], ['shown', 'new'])).toEqual(['new']);
    expect(merged(['shown'], ['shown', 'new'], [])).toEqual(['new']);
    expect(merged([1, 2, 3, 4], [1, 4], [0, 1, 2, 3, 4, 5])).toEqual([0, 1, 4, 5]);
  });

  test('that lost the same element have lost it', () => {
    expect(merged([1, 2, 3], [1, 3], [3])).toEqual([3]);
  });

  test('that changed different elements keep both changes', () => {
    const item = (id: number, count: number) => ({ id, count });
    expect(
      mergeLists(
        [item(1, 1), item(2, 1), item(3, 1)],
        [item(1, 2), item(2, 1), item(3, 1)],
        [item(1, 1), item(2, 1), item(3, 5), item(4, 1)],
      ),
    ).toEqual({
      list: [item(1, 2), item(2, 1), item(3, 5), item(4, 1)],
      isConflict: false,
    });
  });

  test('that changed the same element differently keep mine, and say so', () => {
    expect(mergeLists([1], [2], [3])).toEqual({ list: [2], isConflict: true });
    expect(mergeLists([0, 1, 9], [0, 2, 9], [0, 3, 9])).toEqual({
      list: [0, 2, 9],
      isConflict: true,
    });
  });

  test('that changed the same element differently keep what theirs added as well', () => {
    expect(mergeLists([1], [2], [3, 4])).toMatchObject({ isConflict: true });
    expect(merged([1], [2], [3, 4])).toEqual([2, 4]);
    expect(merged([0, 1], [0, 2], [0, 3, 4])).toEqual([0, 2, 4]);
  });

  test('that changed some of the same elements keep mine there, and lose none of the others', () => {
    expect(mergeLists(['a1', 'b1', 'c1'], ['a1', 'b5', 'c1'], ['a2', 'b2', 'c2'])).toEqual({
      list: ['a1', 'b5', 'c1'],
      isConflict: true,
    });
    expect(mergeLists(['a1', 'b1', 'c1'], ['a2', 'b2', 'c2'], ['a1', 'b5', 'c1'])).toEqual({
      list: ['a2', 'b2', 'c2'],
      isConflict: true,
    });
    expect(merged([1, 2], [3, 4], [1, 9])).toEqual([3, 4]);
    expect(merged([1, 2], [1, 9], [3, 4])).toEqual([1, 9]);
  });

  test('of which one removed an element and the other changed it keep mine, and say so', () => {
    expect(mergeLists(['a1', 'b'], ['b'], ['a2', 'b'])).toEqual({ list: ['b'], isConflict: true });
    expect(mergeLists(['a1', 'b'], ['a2', 'b'], ['b'])).toEqual({
      list: ['a2', 'b'],
      isConflict: true,
    });
    expect(mergeLists(['a1', 'b'], [], ['a2', 'b'])).toEqual({ list: [], isConflict: true });
    for (const [base, theirs] of [
      [
        ['a', 'b'],
        ['b', 'b'],
      ],
      [
        ['a', 'b', 'a'],
        ['a', 'a', 'a'],
      ],
      [
        ['a', 'a', 'a'],
        ['a', 'b', 'a'],
      ],
    ] as const) {
      expect(mergeLists(base, [], theirs)).toEqual({ list: [], isConflict: true });
    }
  });

  test('that changed both ends and the middle keep both changes', () => {
    const [base, ends, middle] = [
      [1, 2, 3, 4, 5],
      [2, 3, 4, 6],
      [1, 2, 9, 4, 5],
    ] as const;
    expect(mergeLists(base, ends, middle)).toEqual({ list: [2, 9, 4, 6], isConflict: false });
    expect(mergeLists(base, middle, ends)).toEqual({ list: [2, 9, 4, 6], isConflict: false });
  });

  test('of which one swapped two parts keep the longer part in its place, and what the other changed there', () => {
    const base = [1, 2, 3, 4, 5];
    const swapped = [4, 5, 1, 2, 3];
    expect(merged(base, swapped, [1, 2, 9, 4, 5])).toEqual([4, 5, 1, 2, 9]);
    expect(merged(base, [1, 2, 9, 4, 5], swapped)).toEqual([4, 5, 1, 2, 9]);
    expect(merged(swapped, base, [4, 5, 1, 9, 3])).toEqual([1, 9, 3, 4, 5]);
    expect(merged(swapped, [4, 5, 1, 9, 3], base)).toEqual([1, 9, 3, 4, 5]);
  });

  test('in which both moved an element to the same place have it once', () => {
    expect(merged(['a', 'b', 'c'], ['c', 'a', 'b'], ['c', 'a', 'b'])).toEqual(['c', 'a', 'b']);
    expect(merged(['a', 'b', 'c'], ['c', 'a', 'b'], ['c', 'a', 'b', 'd'])).toEqual([
      'c',
      'a',
      'b',
      'd',
    ]);
    expect(merged([3, 1, 2], [1, 2, 3], [1, 2, 3])).toEqual([1, 2, 3]);
  });

  test('that changed an element in the same way have it once', () => {
    expect(mergeLists([1, 5], [2, 5], [2, 5])).toEqual({ list: [2, 5], isConflict: false });
  });

  test('of which only one changed are that one', () => {
    expect(mergeLists([1], [1], [2, 1])).toEqual({ list: [2, 1], isConflict: false });
    expect(mergeLists([1], [2, 1], [1])).toEqual({ list: [2, 1], isConflict: false });
  });

  test('of which one inserted an element before another that the other removed keep both changes', () => {
    expect(merged(['a', 'b'], ['a', 'm', 'b'], ['a'])).toEqual(['a', 'm']);
    expect(merged(['a', 'b'], ['a'], ['a', 'm', 'b'])).toEqual(['a', 'm']);
  });

  test('of which one removed an element and the other added another like it keep the added one', () => {
    expect(merged(['a'], [], ['a', 'a'])).toEqual(['a']);
    expect(merged(['a'], ['a', 'a'], [])).toEqual(['a']);
  });

  test('of which one removed an element and the other moved it keep the moved one', () => {
    expect(merged(['a', 'b', 'c'], ['b', 'c'], ['b', 'c', 'a'])).toEqual(['b', 'c', 'a']);
    expect(merged(['a', 'b', 'c'], ['b', 'c', 'a'], ['b', 'c'])).toEqual(['b', 'c', 'a']);
  });

  test('in which both moved an element keep others like it that theirs added', () => {
    expect(merged(['a', 'b'], ['b', 'a'], ['b', 'a', 'a'])).toEqual(['b', 'a', 'a']);
    expect(merged(['a', 'b'], ['b', 'a'], ['b', 'b', 'a'])).toEqual(['b', 'b', 'a']);
  });

  test('of objects compare them by value, and tell classes apart', () => {
    const date = new Date(0);
    expect(merged([{ a: 1 }], [{ a: 1 }, 'mine'], [{ a: 1 }, 'theirs'])).toEqual([
      { a: 1 },
      'theirs',
      'mine',
    ]);
    expect(merged([date], [date.toISOString()], [date, 1])).toEqual([date.toISOString(), 1]);
  });

  test('that cannot be written as JSON are merged', () => {
    expect(mergeLists([1n], [1n, 2], [1n, 3])).toEqual({ list: [1n, 3, 2], isConflict: false });
  });

  test('with elements that are too deep to be compared are not merged', () => {
    const deep = () => {
      let value: unknown = 'end';
      for (let level = 0; level < 20_000; level++) value = [value];
      return value;
    };
    expect(mergeLists([deep()], [deep(), 2], [deep(), 3])).toBeUndefined();
  });

  test('that are long and differ in the middle are not merged', () => {
    const list = (offset: number) => Array.from({ length: 2000 }, (_, index) => offset + index);
    expect(mergeLists(list(0), list(10_000), list(20_000))).toBeUndefined();
    expect(mergeLists(list(0), list(10_000), [...list(0), -1])).toBeUndefined();
    expect(mergeLists(list(0), [...list(0), -1], list(10_000))).toBeUndefined();
    expect(merged(list(0), [...list(0), -1], [...list(0), -2])).toEqual([...list(0), -2, -1]);
  });
});
