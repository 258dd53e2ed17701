import { expect } from '@jest/globals';
import type { TestRedis } from '../src/index.ts';

/** Expects a server to reply to commands over its raw connection, whichever master each key is on. */
export async function expectRawCommands({ raw }: Pick<TestRedis, 'raw'>): Promise<void> {
  const keys = Array.from({ length: 20 }, (_, index) => `holdfast-test:${process.pid}:${index}`);
  for (const key of keys) expect(await raw('SET', key, key, 'PX', '60000')).toBe('OK');
  for (const key of keys) expect(await raw('GET', key)).toBe(key);
  for (const key of keys) expect(await raw('DEL', key)).toBe(1);
  expect(await raw('SCRIPT', 'FLUSH')).toBeTruthy();
}
