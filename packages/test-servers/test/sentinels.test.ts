import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startSentinels, type TestSentinels } from '../src/index.ts';
import { expectRawCommands } from './raw-commands.ts';

describe('startSentinels', () => {
  let sentinels: TestSentinels;
  beforeAll(async () => {
    sentinels = await startSentinels();
  });
  afterAll(() => sentinels.stop());

  test('starts a master that replies to raw commands', () => expectRawCommands(sentinels));

  test('starts sentinels that promote the replica after the master was killed', async () => {
    await sentinels.raw('SET', 'key', 'value');
    await sentinels.master.connection.wait(1, 60_000);
    await sentinels.master.stop();
    expect(await sentinels.raw('GET', 'key')).toBe('value');
  });
});
