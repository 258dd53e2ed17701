import { describe, expect, jest, test } from '@jest/globals';
import {
  type ConflictResolver,
  type Conflicts,
  type Fields,
  merge,
  onlyDeletes,
  type Path,
  whole,
} from '../src/session/merge.ts';

/** Reads fields as a serializer does: `__proto__` becomes a field like any other. */
function read(text: string): Fields {
  return JSON.parse(text);
}

function merged(base: Fields, mine: Fields, theirs: Fields, conflicts?: Conflicts<Fields>): Fields {
  return merge(base, mine, theirs, { conflicts, wholeFields: new Set() }).fields;
}

/** Returns where the later save replaced another's change, as `field.field`. */
function replacedBy(
  base: Fields,
  mine: Fields,
  theirs: Fields,
  conflicts?: Conflicts<Fields>,
  wholeFields: string[] = [],
): string[] {
  const rules = { conflicts, wholeFields: new Set(wholeFields) };
  return merge(base, mine, theirs, rules).replaced.map((path) => path.join('.'));
}

function entriesOf(fields: Fields): [string, unknown][] {
  return Object.entries(fields).sort(([one], [other]) => (one < other ? -1 : 1));
}

describe('a merge', () => {
  test('keeps what each side added', () => {
    expect(merged({ a: 1 }, { a: 1, b: 2 }, { a: 1, c: 3 })).toEqual({ a: 1, b: 2, c: 3 });
  });

  test('keeps what each side changed', () => {
    expect(merged({ a: 1, b: 1 }, { a: 2, b: 1 }, { a: 1, b: 2 })).toEqual({ a: 2, b: 2 });
  });

  test('deletes what either side deleted', () => {
    expect(merged({ a: 1, b: 1, c: 1 }, { b: 1, c: 1 }, { a: 1, c: 1 })).toEqual({ c: 1 });
  });

  test('deletes what both sides deleted', () => {
    expect(merged({ a: 1, b: 1 }, { b: 1 }, { b: 1 })).toEqual({ b: 1 });
  });

  test('merges within objects, at any depth', () => {
    const base = { cart: { tea: 1, address: { city: 'Paris', zip: '75001' } } };
    const mine = { cart: { tea: 2, address: { city: 'Paris', zip: '75002' } } };
    const theirs = { cart: { coffee: 1, tea: 1, address: { city: 'Lyon', zip: '75001' } } };
    expect(merged(base, mine, theirs)).toEqual({
      cart: { tea: 2, coffee: 1, address: { city: 'Lyon', zip: '75002' } },
    });
  });

  test('merges objects that both sides added', () => {
    expect(merged({}, { cart: { tea: 1 } }, { cart: { coffee: 1 } })).toEqual({
      cart: { tea: 1, coffee: 1 },
    });
  });

  test('keeps the additions of both sides to a list, theirs first', () => {
    expect(merged({ cart: [1] }, { cart: [1, 2] }, { cart: [1, 3] })).toEqual({ cart: [1, 3, 2] });
    expect(merged({}, { cart: [2] }, { cart: [3] })).toEqual({ cart: [3, 2] });
  });

  test('takes a deleted list for an empty one, as connect-flash deletes what it has shown', () => {
    const base = { flash: { info: ['shown'] } };
    const both = { flash: { info: ['shown', 'new'] } };
    expect(merged(base, { flash: {} }, both)).toEqual({ flash: { info: ['new'] } });
    expect(merged(base, both, { flash: {} })).toEqual({ flash: { info: ['new'] } });
    expect(merged({ list: [1, 2] }, {}, { list: [2] })).toEqual({});
    expect(replacedBy({ list: [1] }, {}, { list: [2] })).toEqual(['list']);
  });

  test('deletes a list that lost some elements on one side and all on the other', () => {
    expect(merged({ list: [1, 2] }, { list: [2] }, {})).toEqual({});
    expect(merged({ list: [1, 2] }, { list: [2] }, { list: [1] })).toEqual({ list: [] });
  });

  test('keeps an equal element twice that both sides added to a list', () => {
    const both = { cart: ['tea', 'tea'] };
    expect(merged({ cart: ['tea'] }, both, both)).toEqual({ cart: ['tea', 'tea', 'tea'] });
  });

  test('replaces lists as a whole that are too long to be compared', () => {
    const list = (offset: number) => Array.from({ length: 2000 }, (_, index) => offset + index);
    const [base, mine, theirs] = [{ a: list(0) }, { a: list(1e5) }, { a: list(2e5) }];
    expect(merged(base, mine, theirs)).toEqual(mine);
    expect(replacedBy(base, mine, theirs)).toEqual(['a']);
  });

  test('keeps one of two equal lists that both sides added', () => {
    expect(merged({}, { roles: ['user'] }, { roles: ['user'] })).toEqual({ roles: ['user'] });
  });

  test('merges within lists at any depth', () => {
    const base = { page: { flash: ['shown'] } };
    const theirs = { page: { flash: ['shown', 'new'] } };
    expect(merged(base, { page: { flash: [] } }, theirs)).toEqual({ page: { flash: ['new'] } });
  });

  test.each<[string, Fields, Fields, Fields]>([
    ['was no object', { a: 'text' }, { a: { b: 1 } }, { a: { c: 1 } }],
    ['is no object on this side', { a: {} }, { a: 1 }, { a: { c: 1 } }],
    ['is null on this side', { a: {} }, { a: null }, { a: { c: 1 } }],
    ['is no object on the other side', { a: {} }, { a: { b: 1 } }, { a: 'text' }],
    ['was no list', { a: 'text' }, { a: [1] }, { a: [2] }],
    ['is no list on this side', { a: [] }, { a: 'text' }, { a: [2] }],
    ['is no list on the other side', { a: [] }, { a: [1] }, { a: { b: 1 } }],
  ])('replaces a value as a whole that %s', (_, base, mine, theirs) => {
    expect(merged(base, mine, theirs)).toEqual(mine);
    expect(replacedBy(base, mine, theirs)).toEqual(['a']);
  });

  test('merges within objects without a prototype', () => {
    const bare = (fields: object) => ({ cart: Object.assign(Object.create(null), fields) });
    expect(merged(bare({}), bare({ tea: 1 }), bare({ coffee: 1 }))).toEqual({
      cart: { tea: 1, coffee: 1 },
    });
  });

  test('merges no instances of classes within', () => {
    class Cart {
      items: object;
      constructor(items: object) {
        this.items = items;
      }
    }
    const [mine, theirs] = [new Cart({ tea: 2 }), new Cart({ coffee: 1 })];
    expect(merged({ cart: new Cart({}) }, { cart: mine }, { cart: theirs }).cart).toBe(mine);
  });

  test('takes a field for unchanged that was set to an equal value', () => {
    const base = { user: { name: 'Ada', roles: [] } };
    const mine = { user: { roles: [], name: 'Ada' } };
    expect(merged(base, mine, { user: { name: 'Eve', roles: [] } })).toEqual({
      user: { name: 'Eve', roles: [] },
    });
  });

  test('does not change its arguments', () => {
    const sides = () => ({
      base: { a: 1, b: { c: [1] }, gone: 1, cookie: { originalMaxAge: 1, expires: 1 } },
      mine: { a: 2, b: { c: [2] }, cookie: { originalMaxAge: 1, expires: 2 } },
      theirs: { a: 3, b: { c: [1] }, gone: 1, new: 1, cookie: { originalMaxAge: 1, expires: 3 } },
    });
    const { base, mine, theirs } = sides();
    merged(base, mine, theirs);
    expect({ base, mine, theirs }).toEqual(sides());
  });
});

describe('a field that both sides changed', () => {
  test('has the value of the later save by default', () => {
    expect(merged({ a: 1 }, { a: 2 }, { a: 3 })).toEqual({ a: 2 });
    expect(merged({}, { a: 2 }, { a: 3 })).toEqual({ a: 2 });
    expect(merged({ a: 1 }, { a: 2 }, {})).toEqual({ a: 2 });
    expect(merged({ a: 1 }, {}, { a: 3 })).toEqual({});
  });

  test('has the value that the resolver returns for the values of each side', () => {
    const resolve = jest.fn<ConflictResolver>((_field, base, mine, theirs) => [base, mine, theirs]);
    expect(merged({ a: 1, b: 1 }, { a: 2, b: 1 }, { a: 3, b: 2 }, resolve)).toEqual({
      a: [1, 2, 3],
      b: 2,
    });
    expect(resolve.mock.calls).toEqual([[['a'], 1, 2, 3]]);
  });

  test('is undefined to the resolver on a side without it', () => {
    const resolve = jest.fn<ConflictResolver>(() => 'resolved');
    merged({ mine: 1, theirs: 1 }, { theirs: 2, new: 2 }, { mine: 3, new: 3 }, resolve);
    expect(resolve.mock.calls.sort()).toEqual([
      [['mine'], 1, undefined, 3],
      [['new'], undefined, 2, 3],
      [['theirs'], 1, 2, undefined],
    ]);
  });

  test('is deleted if the resolver returns undefined', () => {
    const nothing = () => undefined;
    for (const [mine, theirs] of [
      [{ a: 2 }, { a: 3 }],
      [{}, { a: 3 }],
      [{ a: 2 }, {}],
    ]) {
      expect(
        entriesOf(merged({ a: 1, b: 1 }, { ...mine, b: 1 }, { ...theirs, b: 1 }, nothing)),
      ).toEqual([['b', 1]]);
    }
  });

  test('is null if the resolver returns null', () => {
    expect(merged({ a: 1 }, { a: 2 }, { a: 3 }, () => null)).toEqual({ a: null });
  });

  test('is given to the resolver as a whole if it is a list that both changed in one place', () => {
    const resolve = jest.fn<ConflictResolver>(() => 'resolved');
    const [base, mine, theirs] = [
      { a: [1], b: [1] },
      { a: [2], b: [1, 2] },
      { a: [3], b: [1, 3] },
    ];
    expect(merged(base, mine, theirs, resolve)).toEqual({ a: 'resolved', b: [1, 3, 2] });
    expect(resolve.mock.calls).toEqual([[['a'], [1], [2], [3]]]);
  });

  test('can be restored by the resolver after one side deleted it', () => {
    expect(merged({ a: 1 }, {}, { a: 3 }, (_path, _base, _mine, theirs) => theirs)).toEqual({
      a: 3,
    });
  });

  test('in the same way is not given to the resolver', () => {
    const resolve = jest.fn<ConflictResolver>();
    const changed = { same: { list: [2] }, added: new Date(5) };
    const merging = merged(
      { same: 1, deleted: 1 },
      structuredClone(changed),
      structuredClone(changed),
      resolve,
    );
    expect(merging).toEqual(changed);
    expect(resolve).not.toHaveBeenCalled();
  });

  test('fails the merge with the error that the resolver throws', () => {
    const resolve = () => {
      throw new Error('no');
    };
    expect(() => merged({ a: 1 }, { a: 2 }, { a: 3 }, resolve)).toThrow('no');
  });

  test('fails the merge if the resolver returns a promise', () => {
    const resolve = () => Promise.reject(new Error('late'));
    expect(() => merged({ a: { b: 1 } }, { a: { b: 2 } }, { a: { b: 3 } }, resolve)).toThrow(
      /conflicts must return the value to store, but returned a promise for a\.b\. See/,
    );
  });

  test('is told to the resolver by its path, at any depth', () => {
    const paths: Path[] = [];
    const resolve: ConflictResolver = (path) => paths.push(path);
    merged({ a: { b: { c: 1 } } }, { a: { b: { c: 2 } } }, { a: { b: { c: 3 } } }, resolve);
    expect(paths).toEqual([['a', 'b', 'c']]);
  });

  test('is reported as replaced, and no other', () => {
    const base = { a: 1, b: { c: 1, d: 1 }, list: [1], same: 1 };
    const mine = { a: 2, b: { c: 2, d: 1 }, list: [2], same: 2 };
    const theirs = { a: 3, b: { c: 3, d: 2 }, list: [3], same: 2 };
    expect(replacedBy(base, mine, theirs).sort()).toEqual(['a', 'b.c', 'list']);
    expect(replacedBy(base, base, theirs)).toEqual([]);
    expect(replacedBy(base, mine, base)).toEqual([]);
    expect(replacedBy({ list: [1] }, { list: [1, 2] }, { list: [1, 3] })).toEqual([]);
    expect(replacedBy({ a: 1 }, {}, { a: 2 })).toEqual(['a']);
    expect(replacedBy({ a: 1 }, { a: 2 }, {})).toEqual(['a']);
  });

  test('is not reported as replaced if a resolver decided', () => {
    expect(replacedBy({ a: 1 }, { a: 2 }, { a: 3 }, (_path, _base, mine) => mine)).toEqual([]);
  });
});

describe('a resolver of a field', () => {
  const add: ConflictResolver = (_path, base, mine, theirs) =>
    Number(theirs) + Number(mine) - Number(base ?? 0);

  test('is called for its field alone', () => {
    expect(merged({ a: 1, b: 1 }, { a: 2, b: 2 }, { a: 3, b: 3 }, { a: add })).toEqual({
      a: 4,
      b: 2,
    });
  });

  test('is also called if both sides made the same change', () => {
    expect(merged({ visits: 1 }, { visits: 2 }, { visits: 2 }, { visits: add })).toEqual({
      visits: 3,
    });
  });

  test('is called for each value within its field', () => {
    const both = [{ counts: { a: 1, b: 1 } }, { counts: { a: 2, b: 1 } }] as const;
    expect(merged(both[0], both[1], { counts: { a: 2, b: 5 } }, { counts: add })).toEqual({
      counts: { a: 3, b: 5 },
    });
  });

  test('that is `whole` lets the later save replace the field', () => {
    const [base, mine, theirs] = [{ a: { b: 1, c: 1 } }, { a: { b: 2, c: 1 } }, { a: { b: 1 } }];
    expect(merged(base, mine, theirs, { a: whole })).toEqual(mine);
    expect(replacedBy(base, mine, theirs, { a: whole })).toEqual(['a']);
    expect(replacedBy(base, mine, mine, { a: whole })).toEqual([]);
  });

  test('is found as an own property only', () => {
    expect(merged({}, { toString: 1 }, { toString: 2 }, {})).toEqual({ toString: 1 });
  });
});

describe('a whole field', () => {
  const [base, mine, theirs] = [
    { passport: { user: 1 } },
    { passport: { user: 1, mine: true } },
    { passport: { user: 2 } },
  ];

  test('is replaced by the later save', () => {
    const rules = { conflicts: undefined, wholeFields: new Set(['passport']) };
    expect(merge(base, mine, theirs, rules)).toEqual({ fields: mine, replaced: [['passport']] });
  });

  test('is merged within if `conflicts` names another resolver for it', () => {
    expect(replacedBy(base, mine, theirs, { passport: () => 0 }, ['passport'])).toEqual([]);
  });

  test('that only one side changed is kept', () => {
    expect(replacedBy(base, base, theirs, undefined, ['passport'])).toEqual([]);
  });
});

describe('a value deeper than 100 levels', () => {
  const nested = (depth: number, inner: unknown): unknown => {
    let value = inner;
    for (let level = 0; level < depth; level++) value = { in: value };
    return value;
  };
  const at = (depth: number, fields: object) => ({ top: nested(depth, fields) });

  test.each([50, 99])('is merged within at level %d', (depth) => {
    expect(merged(at(depth, {}), at(depth, { a: 1 }), at(depth, { b: 1 }))).toEqual(
      at(depth, { a: 1, b: 1 }),
    );
  });

  test('is merged within at level 99, and is one value at level 100, if it is a list', () => {
    const mine = { list: [1, 2] };
    const mergedAt = (depth: number) =>
      merged(at(depth, { list: [1] }), at(depth, mine), at(depth, { list: [1, 3] }));
    expect(mergedAt(98)).toEqual(at(98, { list: [1, 3, 2] }));
    expect(mergedAt(99)).toEqual(at(99, mine));
  });

  test('is compared at level 4000, where Node compares no objects', () => {
    const [base, mine, theirs] = [1, 2, 3].map((value) => at(4000, { value }) as Fields);
    const unchanged = at(4000, { value: 1 }) as Fields;
    const json = JSON.stringify;
    for (const side of [mine, theirs]) {
      expect(json(merge(base as Fields, unchanged, side as Fields).fields)).toBe(json(side));
      expect(json(merge(base as Fields, side as Fields, unchanged).fields)).toBe(json(side));
    }
  });

  test('counts as changed at level 20,000, where JSON writes no objects', () => {
    const [base, mine, theirs] = [1, 2, 3].map((value) => at(20_000, { value }) as Fields);
    expect(merge(base as Fields, mine as Fields, theirs as Fields).replaced).toHaveLength(1);
  });

  test.each([100, 2000])('is one value at level %d: the later save wins', (depth) => {
    const [base, mine, theirs] = [{}, { a: 1 }, { b: 1 }].map((fields) => at(depth, fields));
    const { fields, replaced } = merge(base as Fields, mine as Fields, theirs as Fields);
    expect(JSON.stringify(fields)).toBe(JSON.stringify(mine));
    expect(replaced).toHaveLength(1);
  });
});

/** Values that a careless merge changes. */
const VALUES: Record<string, unknown> = {
  'a Date': new Date(1_234_567_890_123),
  'an empty array': [],
  'an empty object': {},
  null: null,
  'a number beyond 2^53': 2 ** 53 + 2,
  'the largest number': Number.MAX_VALUE,
  'a bigint': 2n ** 64n + 1n,
  'a lone surrogate': '\ud800',
  'a text with NUL': '\0',
  'an object with the field __proto__': read('{"__proto__":{"admin":true}}'),
  'an array with holes in its place': [null, [], [[]], {}],
  'a Map': new Map([['key', []]]),
};

describe('a value survives on either side, and untouched:', () => {
  test.each(Object.entries(VALUES))('%s', (_, value) => {
    const mine = merged({}, { value }, { other: 1 });
    const theirs = merged({}, { other: 1 }, { value });
    const untouched = merged({ value }, { value, other: 1 }, { value, another: 1 });
    for (const one of [mine, theirs, untouched]) expect(one.value).toBe(value);
  });

  test('undefined, which differs from a missing field', () => {
    expect(entriesOf(merged({}, { value: undefined }, { other: 1 }))).toEqual([
      ['other', 1],
      ['value', undefined],
    ]);
    expect(entriesOf(merged({}, { other: 1 }, { value: undefined }))).toEqual([
      ['other', 1],
      ['value', undefined],
    ]);
    expect(merged({ value: undefined }, {}, { value: undefined })).not.toHaveProperty('value');
  });
});

describe.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty', '', '0', '\ud800'])(
  'a field named %j',
  (name) => {
    const field = (value: unknown, other = 1): Fields =>
      Object.fromEntries([
        [name, value],
        ['other', other],
      ]);
    const without = (other = 1) => ({ other });

    test('is merged like any other', () => {
      expect(entriesOf(merged(without(), field(1), without(2)))).toEqual(entriesOf(field(1, 2)));
      expect(entriesOf(merged(without(), without(2), field(1)))).toEqual(entriesOf(field(1, 2)));
      expect(entriesOf(merged(field(1), field(2), field(1, 2)))).toEqual(entriesOf(field(2, 2)));
      expect(entriesOf(merged(field(1), field(1, 2), field(2)))).toEqual(entriesOf(field(2, 2)));
      expect(entriesOf(merged(field(1), without(), field(1, 2)))).toEqual(entriesOf(without(2)));
      expect(entriesOf(merged(field(1), field(1, 2), without()))).toEqual(entriesOf(without(2)));
    });

    test('is undefined to the resolver on a side without it', () => {
      const resolve = jest.fn<ConflictResolver>(() => 0);
      expect(entriesOf(merged(without(), field(1), field(2), resolve))).toEqual(
        entriesOf(field(0)),
      );
      expect(resolve.mock.calls).toEqual([[[name], undefined, 1, 2]]);
    });
  },
);

test('a merge changes no prototype', () => {
  const evil = read(
    '{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}',
  );
  for (const fields of [
    merged({}, evil, { a: 1 }),
    merged({}, { a: 1 }, evil),
    merged(evil, {}, evil),
  ]) {
    expect(Object.getPrototypeOf(fields)).toBe(Object.prototype);
    expect(Reflect.get(fields, 'polluted')).toBeUndefined();
  }
  expect(Reflect.get({}, 'polluted')).toBeUndefined();
});

describe('of two cookies', () => {
  const cookie = (expires: unknown, attributes: object = {}) => ({
    cookie: { originalMaxAge: 60_000, expires, httpOnly: true, path: '/', ...attributes },
  });
  const [base, earlier, later] = ['2030-01-01', '2030-01-02', '2030-01-03'].map(
    (day) => `${day}T00:00:00.000Z`,
  );

  test('the one that expires later wins', () => {
    expect(merged(cookie(base), cookie(later), cookie(earlier))).toEqual(cookie(later));
    expect(merged(cookie(base), cookie(earlier), cookie(later))).toEqual(cookie(later));
  });

  test('the one that expires later wins, whatever the format of the expiry', () => {
    const at = (time = '') => new Date(time);
    expect(merged(cookie(base), cookie(at(later)), cookie(earlier))).toEqual(cookie(at(later)));
    expect(merged(cookie(base), cookie(at(earlier)), cookie(at(later)))).toEqual(cookie(at(later)));
  });

  test('one without an expiry wins over one with an expiry', () => {
    expect(merged(cookie(base), cookie(null), cookie(later))).toEqual(cookie(null));
    expect(merged(cookie(base), cookie(later), cookie(null))).toEqual(cookie(null));
  });

  test('one whose maximum age drifted by a millisecond, as with express-session, counts as unchanged', () => {
    const drifted = cookie(earlier, { originalMaxAge: 59_999 });
    const theirs = cookie(later, { originalMaxAge: 3_600_000 });
    expect(merged(cookie(base), drifted, theirs)).toEqual(theirs);
  });

  test('the one with a changed maximum age wins, although it expires earlier', () => {
    const short = { originalMaxAge: 1000 };
    expect(merged(cookie(base), cookie(earlier, short), cookie(later))).toEqual(
      cookie(earlier, short),
    );
    expect(merged(cookie(base), cookie(later), cookie(earlier, short))).toEqual(
      cookie(earlier, short),
    );
  });

  test.each([{ secure: true }, { httpOnly: false }, { path: '/app' }, { sameSite: 'strict' }])(
    'the one is kept that changed another attribute: %j',
    (attribute) => {
      expect(merged(cookie(base), cookie(earlier, attribute), cookie(later))).toEqual(
        cookie(earlier, attribute),
      );
      expect(merged(cookie(base), cookie(later), cookie(earlier, attribute))).toEqual(
        cookie(earlier, attribute),
      );
    },
  );

  test("this request's wins if both changed an attribute", () => {
    const mine = cookie(earlier, { originalMaxAge: 1000 });
    expect(merged(cookie(base), mine, cookie(later, { originalMaxAge: 2000 }))).toEqual(mine);
  });

  test('this request replaces a change if both changed an attribute differently', () => {
    const [mine, theirs] = [cookie(earlier, { path: '/a' }), cookie(later, { path: '/b' })];
    expect(replacedBy(cookie(base), mine, theirs)).toEqual(['cookie']);
    expect(replacedBy(cookie(base), {}, theirs)).toEqual(['cookie']);
    expect(replacedBy(cookie(base), mine, cookie(later, { path: '/a' }))).toEqual([]);
    expect(replacedBy(cookie(base), cookie(later), cookie(earlier))).toEqual([]);
  });

  test('the only one that changed wins', () => {
    expect(merged(cookie(later), cookie(earlier), cookie(later))).toEqual(cookie(earlier));
    expect(merged(cookie(later), cookie(later), cookie(earlier))).toEqual(cookie(earlier));
  });

  test('the resolver is called for neither', () => {
    const resolve = jest.fn<ConflictResolver>();
    merged(cookie(base), cookie(later, { path: '/a' }), cookie(earlier, { path: '/b' }), resolve);
    merged(cookie(base), {}, cookie(earlier), resolve);
    expect(resolve).not.toHaveBeenCalled();
  });
});

describe('onlyDeletes', () => {
  const base = {
    user: 'ada',
    passport: { user: 1, provider: 'x' },
    cart: ['pen', 'ink'],
    cookie: { path: '/' },
  };

  test.each<[string, Fields]>([
    ['nothing', base],
    ['a field', { passport: base.passport, cart: base.cart }],
    ['a value within a field', { ...base, passport: {} }],
    ['a field that is set to null', { ...base, user: null }],
    ['a field that is set to undefined', { ...base, user: undefined }],
    ['everything, with another cookie', { cookie: { path: '/shop' } }],
    ['an element of a list', { ...base, cart: [] }],
    ['the first element of a list', { ...base, cart: ['ink'] }],
    ['one of two values within a field', { ...base, passport: { user: 1 } }],
  ])('is true if a session lacks %s', (_, mine) => {
    expect(onlyDeletes(base, mine)).toBe(true);
  });

  test.each<[string, Fields]>([
    ['another value', { ...base, user: 'grace' }],
    ['a new field', { ...base, visits: 0 }],
    ['a new value within a field', { ...base, passport: { user: 1, info: 'x' } }],
    ['an object in place of a text', { ...base, user: {} }],
    ['a number in place of an object', { ...base, passport: 0 }],
    ['an object in place of a list', { ...base, cart: {} }],
    ['a field of the name of a method', { ...base, toString: 'own' }],
    ['a longer list', { ...base, cart: ['pen', 'ink', 'cap'] }],
    ['another element in a list', { ...base, cart: ['cap'] }],
    ['an element twice', { ...base, cart: ['pen', 'pen'] }],
    ['the elements of a list in another order', { ...base, cart: ['ink', 'pen'] }],
  ])('is false if a session has %s', (_, mine) => {
    expect(onlyDeletes(base, mine)).toBe(false);
  });
});
