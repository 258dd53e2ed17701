import { describe, expect, it } from '@jest/globals';
import { after, row, SPREAD, smokeRun } from '../run.ts';

describe('A smoke run of parts', () => {
  const page = smokeRun('parts');

  it.each([
    ['KeyFingerprints', 'KeyFingerprints', 'a Set'],
    ['halfSipHash', 'halfSipHash', "Node's `hash`, SHA-1"],
    ['privateSlot', 'privateSlot', 'a WeakMap'],
    ['TimeLimit', 'TimeLimit', 'a `setTimeout` for each promise, cleared'],
    [
      'CircuitBreaker',
      'CircuitBreaker and TimeLimit, in GuardedRedis',
      'cockatiel and its timeout',
    ],
    [
      'TouchThrottle',
      'TouchThrottle, with an LRUCache of lru-cache',
      'a Map that deletes its oldest key',
    ],
    ['traced', 'traced', "Node's `tracePromise`"],
    ['SessionCodec', 'SessionCodec, async if the serializer is', 'always async'],
  ])('compares %s', (part, own, other) => {
    const section = after(page(), `## ${part}`);
    const [ofOwn, noRatio] = row(section, own);
    const [ofOther, ratio] = row(section, other);
    expect(ofOwn).toMatch(SPREAD);
    expect(noRatio).toBe('');
    expect(ofOther).toMatch(SPREAD);
    expect(ratio).toMatch(SPREAD);
  });

  it('finds more memory in a Set than in KeyFingerprints', () => {
    const [, , , ratio = ''] = row(after(page(), '## KeyFingerprints'), 'a Set');
    expect(Number.parseFloat(ratio)).toBeGreaterThan(1.5);
  });

  it('shows what a limit adds to the work around it', () => {
    const section = after(page(), '## TimeLimit');
    expect(section).toContain('| more than no limit, ns |');
    expect(row(section, 'no limit').slice(2)).toEqual(['', '']);
  });
});
