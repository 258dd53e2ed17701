import { describe, expect, jest, test } from '@jest/globals';
import { slotOf } from '../src/adapter-kit/cluster-slots.ts';
import {
  delAndMarkByScript,
  markerInSlotOf,
  setUnlessMarkedByScript,
} from '../src/adapter-kit/markers.ts';
import type { RunScript } from '../src/adapter-kit/scripts.ts';
import { MemoryRedis } from './memory-redis.ts';

/** Computes the slot of a key as the specification of Redis Cluster says. */
function slotOfKey(key: string): number {
  const open = key.indexOf('{');
  const close = key.indexOf('}', open + 1);
  return slotOf(open >= 0 && close > open + 1 ? key.slice(open + 1, close) : key);
}

const KEYS = [
  'sess:id',
  'sess:{id}',
  'sess:{tag}id',
  'sess:a{tag}b{other}',
  'sess:{}id',
  'sess:}id{',
  'sess:{id',
  'sess:}',
  'sess:{}{id}',
];

describe.each(['', 'app:', '{app}:', 'a{b}c{d}:'])('with the client prefix %j', (keyPrefix) => {
  test.each(KEYS)('the marker of %s is in its slot', (key) => {
    const marker = markerInSlotOf(key, keyPrefix);
    expect(slotOfKey(keyPrefix + marker)).toBe(slotOfKey(keyPrefix + key));
    expect(marker).toMatch(/^holdfast:ended:/);
  });

  test('different keys have different markers', () => {
    expect(new Set(KEYS.map((key) => markerInSlotOf(key, keyPrefix))).size).toBe(KEYS.length);
  });
});

describe('on a server that refuses scripts', () => {
  const redis = new MemoryRedis();
  const run = jest.fn<RunScript>();
  const marker = redis.markerOf('key');

  test.each([
    'ERR unknown command `evalsha`, with args beginning with: `x`, `2`',
    "NOPERM this user has no permissions to run the 'evalsha' command or its subcommand",
  ])('(%s), commands do what scripts would', async (message) => {
    run.mockRejectedValue(new Error(message));
    expect(await setUnlessMarkedByScript(run, redis, 'key', 'value', 5)).toBeNull();
    expect(redis.texts.get('key')).toBe('value');
    expect(await delAndMarkByScript(run, redis, 'key', 'the reason', 5)).toBe(true);
    expect(redis.texts.get(marker)).toBe('the reason');
    expect(await setUnlessMarkedByScript(run, redis, 'key', 'value')).toBe('the reason');
    expect(redis.texts.has('key')).toBe(false);
    redis.texts.clear();
  });

  test('over several connections, the marker is read after the value is stored', async () => {
    run.mockRejectedValue(new Error("ERR unknown command 'evalsha'"));
    redis.takeNames();
    redis.hold('set');
    const setting = setUnlessMarkedByScript(run, redis, 'key', 'value', 5);
    await new Promise(setImmediate);
    expect(redis.takeNames()).toEqual(['get', 'set']);
    redis.release('set');
    expect(await setting).toBeNull();
    expect(redis.takeNames()).toEqual(['get']);
    redis.texts.clear();
  });

  test.each(['READONLY You cannot write', 'ERR The user executing the script has no rights'])(
    'any other error (%s) stays one, and nothing is written',
    async (message) => {
      run.mockRejectedValue(new Error(message));
      await expect(setUnlessMarkedByScript(run, redis, 'key', 'value', 5)).rejects.toThrow(message);
      await expect(delAndMarkByScript(run, redis, 'key', 'reason', 5)).rejects.toThrow(message);
      expect(redis.texts.size).toBe(0);
    },
  );
});
