import { createHash } from 'node:crypto';
import { describe, expect, jest, test } from '@jest/globals';
import { compareAndSetByScript, type RunScript } from '../src/adapter-kit/scripts.ts';

const run = jest.fn<RunScript>();

function sha1(text: string): string {
  return createHash('sha1').update(text).digest('hex');
}

describe('compareAndSetByScript', () => {
  test.each([
    ['a short text as it is', 'expected', 'expected'],
    ['a hash of a long text', 'x'.repeat(1001), sha1('x'.repeat(1001))],
    ['a hash of a text that has as many bytes as one', 'ż'.repeat(20), sha1('ż'.repeat(20))],
  ])('sends %s', async (_, expected, sent) => {
    run.mockReset().mockResolvedValueOnce(1);
    expect(await compareAndSetByScript(run, 'key', expected, 'value', 5)).toBe(expected);
    expect(run.mock.calls).toEqual([
      ['evalsha', expect.any(String), ['key'], [sent, 'value', '5']],
    ]);
  });

  test('sends the script itself if the server does not know its SHA-1', async () => {
    run.mockReset().mockRejectedValueOnce(new Error('NOSCRIPT No matching script.'));
    run.mockResolvedValueOnce(['other']);
    expect(await compareAndSetByScript(run, 'key', 'expected', 'value')).toBe('other');
    const [first, second] = run.mock.calls;
    expect([first?.[0], second?.[0]]).toEqual(['evalsha', 'eval']);
    expect(sha1(String(second?.[1]))).toBe(first?.[1]);
  });

  test('rejects with any other error as it is', async () => {
    run.mockReset().mockRejectedValueOnce(new Error('READONLY'));
    await expect(compareAndSetByScript(run, 'key', 'expected', 'value')).rejects.toThrow(
      'READONLY',
    );
    expect(run).toHaveBeenCalledTimes(1);
  });

  test.each([
    ['@user_script:1: WRONGTYPE Operation against', 'WRONGTYPE Operation against'],
    ['@user_script:7: @user_script: 7: -OOM command not allowed', 'OOM command not allowed'],
    ['@user_script:7: @user_script: 7: The user cannot', 'ERR The user cannot'],
  ])(
    'rejects with the error of a command as newer servers send it, of Redis 6 that says %j',
    async (said, message) => {
      const cause = new Error(`ERR Error running script (call to f_0123abc): ${said}`);
      run.mockReset().mockRejectedValueOnce(cause);
      const rejected = compareAndSetByScript(run, 'key', 'expected', 'value');
      await expect(rejected).rejects.toMatchObject({ message });
    },
  );

  test('accepts a number that a client returns as text', async () => {
    run.mockReset().mockResolvedValueOnce('1');
    expect(await compareAndSetByScript(run, 'key', 'expected', 'value')).toBe('expected');
  });

  test('does not claim to have replaced bytes that only decode to the expected text', async () => {
    run.mockReset().mockResolvedValueOnce(['\ufffd']);
    await expect(compareAndSetByScript(run, 'key', '\ufffd', 'value')).rejects.toMatchObject({
      code: 'ERR_HOLDFAST_CORRUPT',
    });
  });
});
