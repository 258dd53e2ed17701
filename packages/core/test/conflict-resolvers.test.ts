import { describe, expect, test } from '@jest/globals';
import {
  append,
  type ConflictResolver,
  mine,
  newest,
  oldest,
  sum,
  theirs,
  union,
} from '../src/repository.ts';

/** Calls a resolver with what this request had read, what it wants to store, and what is stored. */
function resolved(resolver: ConflictResolver, ...values: [unknown, unknown, unknown]): unknown {
  return resolver(['field'], ...values);
}

describe('sum', () => {
  test('counts the changes of both requests', () => {
    expect(resolved(sum, 5, 6, 6)).toBe(7);
    expect(resolved(sum, 5, 3, 9)).toBe(7);
  });

  test('starts at 0 if there was no number before', () => {
    expect(resolved(sum, undefined, 1, 1)).toBe(2);
    expect(resolved(sum, null, 2, 3)).toBe(5);
  });

  test('counts what one request has added to a number that the other has deleted', () => {
    expect(resolved(sum, 5, undefined, 6)).toBe(1);
    expect(resolved(sum, 5, 7, undefined)).toBe(2);
  });

  test('keeps what this request has set that is no number', () => {
    expect(resolved(sum, 1, 'none', 3)).toBe('none');
    expect(resolved(sum, 1, 2, 'none')).toBe(2);
  });
});

describe('append', () => {
  test('appends what this request has added to what is stored', () => {
    expect(resolved(append, ['a'], ['a', 'b'], ['a', 'c'])).toEqual(['a', 'c', 'b']);
    expect(resolved(append, undefined, ['b'], ['b'])).toEqual(['b', 'b']);
  });

  test('does not restore what the other request has removed, and removes nothing', () => {
    expect(resolved(append, ['a', 'b'], ['b', 'c'], ['a'])).toEqual(['a', 'c']);
  });

  test('appends an element again that the list had before', () => {
    expect(resolved(append, ['a'], ['a', 'a'], ['a'])).toEqual(['a', 'a']);
    expect(resolved(append, ['a', 'a'], ['a', 'a', 'a'], ['a', 'a'])).toEqual(['a', 'a', 'a']);
  });

  test('compares elements by value', () => {
    expect(resolved(append, [{ id: 1 }], [{ id: 1 }, { id: 2 }], [{ id: 1 }])).toEqual([
      { id: 1 },
      { id: 2 },
    ]);
  });

  test('keeps what this request has set that is no list', () => {
    expect(resolved(append, ['a'], 'none', ['a', 'b'])).toBe('none');
    expect(resolved(append, ['a'], ['a', 'b'], 'text')).toEqual(['a', 'b']);
  });
});

describe('append, if one request has deleted the list,', () => {
  test('keeps what the other has added', () => {
    expect(resolved(append, ['a'], undefined, ['a', 'b'])).toEqual(['b']);
    expect(resolved(append, ['a'], ['a', 'b'], undefined)).toEqual(['b']);
    expect(resolved(append, ['a'], undefined, ['a'])).toBeUndefined();
    expect(resolved(append, ['a'], undefined, 'text')).toBeUndefined();
  });
});

describe('union', () => {
  test('keeps each element once', () => {
    expect(resolved(union, [], ['a', 'b'], ['b', 'c', { id: 1 }])).toEqual([
      'b',
      'c',
      { id: 1 },
      'a',
    ]);
    expect(resolved(union, undefined, ['a'], ['a'])).toEqual(['a']);
  });

  test('keeps what this request has if either has set what is no list', () => {
    expect(resolved(union, ['a'], 'none', ['a', 'b'])).toBe('none');
    expect(resolved(union, ['a'], ['a', 'b'], 'text')).toEqual(['a', 'b']);
  });

  test('leaves out what either request has removed', () => {
    expect(resolved(union, ['a', 'b', 'c'], ['a', 'c'], ['b', 'c', 'd'])).toEqual(['c', 'd']);
  });

  test('compares objects by value, also those that JSON cannot write', () => {
    const circular = (name: string) => {
      const element: Record<string, unknown> = { name };
      element.self = element;
      return element;
    };
    const [one, other] = [circular('one'), circular('other')];
    const list = resolved(union, [], [circular('one'), { a: 1, b: 2 }], [one, other]);
    expect(list).toEqual([one, other, { a: 1, b: 2 }]);
    expect(resolved(union, [one], [circular('one')], [one, other])).toEqual([one, other]);
  });

  test('merges lists of many thousands of elements', () => {
    const elements = Array.from({ length: 20_000 }, (_, id) => ({ id }));
    const mine = [...elements.slice(1), { id: -1 }];
    const theirs = [...elements.slice(0, -1), { id: -2 }];
    const kept = [...elements.slice(1, -1), { id: -2 }, { id: -1 }];
    expect(resolved(union, elements, mine, theirs)).toEqual(kept);
  });
});

describe.each([
  ['Date objects', (time: number) => new Date(time)],
  ['texts', (time: number) => new Date(time).toISOString()],
  ['numbers', (time: number) => time],
])('newest and oldest, of %s', (_, at) => {
  test('keep the later and the earlier date', () => {
    expect(resolved(newest, at(1), at(2), at(3))).toEqual(at(3));
    expect(resolved(newest, at(1), at(3), at(2))).toEqual(at(3));
    expect(resolved(oldest, at(9), at(2), at(3))).toEqual(at(2));
    expect(resolved(oldest, at(9), at(3), at(2))).toEqual(at(2));
  });

  test('keep the only date, and what this request has if there is none', () => {
    for (const resolver of [newest, oldest]) {
      expect(resolved(resolver, at(1), 'soon', at(3))).toEqual(at(3));
      expect(resolved(resolver, at(1), at(2), undefined)).toEqual(at(2));
      expect(resolved(resolver, at(1), 'soon', undefined)).toBe('soon');
    }
  });
});

test('newest and oldest keep what this request has of two forms of one date', () => {
  for (const resolver of [newest, oldest]) {
    expect(resolved(resolver, 1, new Date(2), 2)).toEqual(new Date(2));
  }
});

test.each([null, true, [2]])('newest and oldest take %p for no date', (value) => {
  for (const resolver of [newest, oldest]) {
    expect(resolved(resolver, 1, value, 3)).toBe(3);
    expect(resolved(resolver, 1, 3, value)).toBe(3);
  }
});

test('mine and theirs keep the value of one request', () => {
  expect(resolved(mine, 1, 2, 3)).toBe(2);
  expect(resolved(theirs, 1, 2, 3)).toBe(3);
});
