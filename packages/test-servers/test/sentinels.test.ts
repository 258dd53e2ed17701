import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startSentinels, type TestSentinels } from '../src/index.ts';

describe('what startSentinels starts', () => {
  let sentinels: TestSentinels;
  beforeAll(async () => {
    sentinels = await startSentinels();
  });
  afterAll(() => sentinels.stop());

  test('makes the replica the master when the master was killed', async () => {
    await sentinels.raw('SET', 'key', 'value');
    await sentinels.master.connection.wait(1, 1000);
    await sentinels.master.stop();
    expect(await sentinels.raw('GET', 'key')).toBe('value');
  });
});
