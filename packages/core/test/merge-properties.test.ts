import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type Conflicts, type Fields, merge } from '../src/session/merge.ts';

function merged(base: Fields, mine: Fields, theirs: Fields, conflicts?: Conflicts<Fields>): Fields {
  return merge(base, mine, theirs, { conflicts, wholeFields: new Set() }).fields;
}

function entriesOf(fields: Fields): [string, unknown][] {
  return Object.entries(fields).sort(([one], [other]) => (one < other ? -1 : 1));
}

/** Few names, so that both sides often change the same field, and some that are dangerous to a careless merge. */
const name = fc.constantFrom('a', 'b', 'c', '__proto__', 'constructor', '0', '');
/** Values that are not merged within. */
const leaf = fc.oneof(
  fc.integer({ min: 0, max: 2 }),
  fc.constantFrom(null, '\ud800', 2 ** 60),
  fc.date({ noInvalidDate: true }),
);
const value = fc.oneof(leaf, fc.constantFrom([], {}), fc.jsonValue({ maxDepth: 2 }));
const fieldsOf = (values: fc.Arbitrary<unknown>) =>
  fc
    .uniqueArray(fc.tuple(name, values), { selector: ([field]) => field })
    .map((entries): Fields => asRead(Object.fromEntries(entries)));
const fields = fieldsOf(value);

/** Returns a copy that shares no object, because each of the three texts is parsed separately. */
function asRead(fields: Fields): Fields {
  return structuredClone(fields);
}

/** The changes of one side: sets some fields and deletes some. */
const changesTo = (values: fc.Arbitrary<unknown>) =>
  fc.array(fc.tuple(name, fc.option(values, { nil: undefined })));
const changes = changesTo(value);
/** For the properties that say what happens to a value as a whole. */
const leaves = [fieldsOf(leaf), changesTo(leaf), changesTo(leaf)] as const;
type Changes = [string, unknown][];

function changed(base: Fields, made: Changes): Fields {
  const result = new Map(Object.entries(base));
  for (const [field, to] of made) {
    if (to === undefined) result.delete(field);
    else result.set(field, to);
  }
  return asRead(Object.fromEntries(result));
}

/** The model: the last change of a side to each field that it changed. */
function touched(made: Changes): Map<string, unknown> {
  return new Map(made);
}

/** A run that takes longer, on a busy machine, ends with the cases that it has checked. */
const PROPERTY = { numRuns: 500, interruptAfterTimeLimit: 20_000 };

describe('for any changes of two sides', () => {
  test('no change is lost, unless both changed the same field', () => {
    fc.assert(
      fc.property(fields, changes, changes, (base, ours, others) => {
        const result = new Map(
          Object.entries(merged(base, changed(base, ours), changed(base, others))),
        );
        const [mine, theirs] = [touched(ours), touched(others)];
        for (const [one, other] of [
          [mine, theirs],
          [theirs, mine],
        ] as const) {
          for (const [field, to] of one) {
            if (other.has(field)) continue;
            expect(result.has(field)).toBe(to !== undefined);
            expect(result.get(field)).toEqual(to);
          }
        }
      }),
      PROPERTY,
    );
  });

  test('each field has the value of one side, or its old value', () => {
    fc.assert(
      fc.property(...leaves, (base, ours, others) => {
        const [mine, theirs] = [changed(base, ours), changed(base, others)];
        const result = new Map(Object.entries(merged(base, mine, theirs)));
        const sides = [mine, theirs].map((side) => new Map(Object.entries(side)));
        for (const field of [
          ...Object.keys(base),
          ...touched(ours).keys(),
          ...touched(others).keys(),
        ]) {
          expect(sides.map((side) => side.get(field))).toContainEqual(result.get(field));
        }
      }),
      PROPERTY,
    );
  });

  test('a leaf that both changed has the value that the resolver returns', () => {
    fc.assert(
      fc.property(...leaves, (base, ours, others) => {
        const asked: string[] = [];
        const [mine, theirs] = [changed(base, ours), changed(base, others)];
        const result = merged(base, mine, theirs, ([field = '']) => {
          asked.push(field);
          return 'resolved';
        });
        const resolved = Object.entries(result).filter(([, now]) => now === 'resolved');
        expect(resolved.map(([field]) => field).sort()).toEqual(asked.sort());
        for (const field of asked) {
          expect(touched(ours).has(field) && touched(others).has(field)).toBe(true);
        }
      }),
      PROPERTY,
    );
  });

  test('a field that neither changed stays as it was stored', () => {
    fc.assert(
      fc.property(fields, changes, changes, (base, ours, others) => {
        const result = merged(base, changed(base, ours), changed(base, others));
        const untouched = ([field]: [string, unknown]) =>
          !touched(ours).has(field) && !touched(others).has(field);
        expect(entriesOf(result).filter(untouched)).toEqual(entriesOf(base).filter(untouched));
      }),
      PROPERTY,
    );
  });

  test('a side without changes keeps the changes of the other', () => {
    fc.assert(
      fc.property(fields, changes, (base, made) => {
        const [side, idle] = [changed(base, made), asRead(base)];
        expect(entriesOf(merged(base, side, idle))).toEqual(entriesOf(side));
        expect(entriesOf(merged(base, idle, side))).toEqual(entriesOf(side));
      }),
      PROPERTY,
    );
  });

  test('two sides with the same changes of leaves give the result of either', () => {
    fc.assert(
      fc.property(leaves[0], leaves[1], (base, made) => {
        const result = merged(base, changed(base, made), changed(base, made));
        expect(entriesOf(result)).toEqual(entriesOf(changed(base, made)));
      }),
      PROPERTY,
    );
  });

  test('each path of a tree is merged as a field is', () => {
    const place = fc.tuple(fc.nat({ max: 2 }), fc.nat({ max: 2 }), fc.nat({ max: 2 }));
    const made = fc.array(fc.tuple(place, fc.option(fc.nat(2), { nil: undefined })));
    fc.assert(
      fc.property(made, made, made, (before, ours, others) => {
        const flat = (...changes: (typeof ours)[]) =>
          new Map(changes.flat().map(([at, to]) => [at.join('.'), to]));
        const [base, mine, theirs] = [flat(before), flat(before, ours), flat(before, others)];
        const expected = new Map(theirs);
        for (const [at, to] of mine) if (to !== base.get(at)) expected.set(at, to);
        expect(merged(treeOf(base), treeOf(mine), treeOf(theirs))).toEqual(treeOf(expected));
      }),
      PROPERTY,
    );
  });
});

/** Returns a tree of three levels with the leaves that these paths lead to. All branches are there. */
function treeOf(leaves: Map<string, unknown>): Fields {
  const branch = (path: string, depth: number): Fields =>
    Object.fromEntries(
      [0, 1, 2].flatMap((number) => {
        const at = path + number;
        if (depth < 2) return [[`${number}`, branch(`${at}.`, depth + 1)]];
        return leaves.get(at) === undefined ? [] : [[`${number}`, leaves.get(at)]];
      }),
    );
  return branch('', 0);
}
