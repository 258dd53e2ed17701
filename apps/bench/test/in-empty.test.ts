import { describe, expect, it } from '@jest/globals';
import { inEmpty } from '../src/redis/in-empty.ts';

describe('A workload that fills Redis', () => {
  it('does not touch a Redis that has keys', async () => {
    const asked: string[] = [];
    const raw = async (command = '') => {
      asked.push(command);
      return 3;
    };
    await expect(inEmpty(raw, async () => {})).rejects.toThrow('The Redis server has 3 keys');
    expect(asked).toEqual(['DBSIZE']);
  });
});
