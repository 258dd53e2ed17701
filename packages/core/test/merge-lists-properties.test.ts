import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { mergeLists } from '../src/session/merge-lists.ts';

function merged(base: unknown[], mine: unknown[], theirs: unknown[]): unknown[] | undefined {
  return mergeLists(base, mine, theirs)?.list;
}

describe('any two lists', () => {
  const element = fc.integer({ min: 0, max: 3 });
  const list = fc.array(element, { maxLength: 8 });
  const PROPERTY = { numRuns: 1000, interruptAfterTimeLimit: 20_000 };

  /** Removes some elements and inserts others. */
  const changes = fc.array(
    fc.tuple(
      fc.nat({ max: 8 }),
      fc.option(fc.integer({ min: 100, max: 10_000 }), { nil: undefined }),
    ),
    { maxLength: 5 },
  );
  function changed(base: number[], made: [number, number | undefined][]): number[] {
    const result = [...base];
    for (const [place, value] of made) {
      if (value === undefined) result.splice(place, 1);
      else result.splice(place, 0, value);
    }
    return result;
  }

  test('are what one is if the other did not change', () => {
    fc.assert(
      fc.property(list, changes, (base, made) => {
        const side = changed(base, made);
        expect(merged(base, side, base)).toEqual(side);
        expect(merged(base, base, side)).toEqual(side);
      }),
      PROPERTY,
    );
  });

  test('of which each only changed elements in place keep their length', () => {
    const sides = fc.array(fc.tuple(fc.boolean(), fc.boolean()), { maxLength: 8 });
    fc.assert(
      fc.property(sides, (changes) => {
        const base = changes.map((_, index) => `base ${index}`);
        const side = (name: string, which: 0 | 1) =>
          base.map((value, index) => (changes[index]?.[which] ? `${name} ${index}` : value));
        const result = merged(base, side('mine', 0), side('theirs', 1)) ?? [];
        expect(result).toHaveLength(base.length);
        expect(result.map((value) => String(value).split(' ')[1])).toEqual(
          base.map((_, index) => String(index)),
        );
      }),
      PROPERTY,
    );
  });

  test('lose no insertion, unless both replaced the same elements', () => {
    fc.assert(
      fc.property(list, changes, changes, (base, ours, others) => {
        const sides = [changed(base, ours), changed(base, others)] as const;
        const result = mergeLists(base, ...sides);
        if (result?.isConflict) return;
        for (const side of sides) {
          for (const value of side.filter((value) => value >= 100)) {
            expect(result?.list).toContain(value);
          }
        }
      }),
      PROPERTY,
    );
  });

  test('have none of mine lost, whatever theirs are', () => {
    fc.assert(
      fc.property(list, changes, changes, (base, ours, others) => {
        const mine = changed(base, ours);
        const result = merged(base, mine, changed(base, others));
        for (const value of mine.filter((value) => value >= 100)) expect(result).toContain(value);
      }),
      PROPERTY,
    );
  });

  test('contain only what either has', () => {
    fc.assert(
      fc.property(list, list, list, (base, mine, theirs) => {
        const result = merged(base, mine, theirs) ?? [];
        for (const value of result) expect([...mine, ...theirs]).toContain(value);
      }),
      PROPERTY,
    );
  });
});
