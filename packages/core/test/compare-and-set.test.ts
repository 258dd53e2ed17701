import { createHash } from 'node:crypto';
import { describe, expect, jest, test } from '@jest/globals';
import { compareAndSetBy, type SendSet } from '../src/adapter-kit/compare-and-set.ts';
import type { RunScript } from '../src/adapter-kit/scripts.ts';
import { nextStamp } from '../src/util/stamps.ts';

const run = jest.fn<RunScript>();
const set = jest.fn<SendSet>();

function sha1(text: string): string {
  return createHash('sha1').update(text).digest('hex');
}

describe('the script of compareAndSetBy', () => {
  test.each([
    ['a short text as it is', 'expected', 'expected'],
    ['a hash of a long text', 'x'.repeat(1001), sha1('x'.repeat(1001))],
    ['a hash of a text that has as many bytes as one', 'ż'.repeat(20), sha1('ż'.repeat(20))],
  ])('sends %s', async (_, expected, sent) => {
    run.mockReset().mockResolvedValueOnce(1);
    expect(await compareAndSetBy(run, set)('key', expected, 'value', 5)).toBe(expected);
    expect(run.mock.calls).toEqual([
      ['evalsha', expect.any(String), ['key'], [sent, 'value', '5']],
    ]);
  });

  test('sends the script itself if the server does not know its SHA-1', async () => {
    run.mockReset().mockRejectedValueOnce(new Error('NOSCRIPT No matching script.'));
    run.mockResolvedValueOnce(['other']);
    expect(await compareAndSetBy(run, set)('key', 'expected', 'value')).toBe('other');
    const [first, second] = run.mock.calls;
    expect([first?.[0], second?.[0]]).toEqual(['evalsha', 'eval']);
    expect(sha1(String(second?.[1]))).toBe(first?.[1]);
  });

  test('rejects with any other error as it is', async () => {
    run.mockReset().mockRejectedValueOnce(new Error('READONLY'));
    await expect(compareAndSetBy(run, set)('key', 'expected', 'value')).rejects.toThrow('READONLY');
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
      const rejected = compareAndSetBy(run, set)('key', 'expected', 'value');
      await expect(rejected).rejects.toMatchObject({ message });
    },
  );

  test('accepts a number that a client returns as text', async () => {
    run.mockReset().mockResolvedValueOnce('1');
    expect(await compareAndSetBy(run, set)('key', 'expected', 'value')).toBe('expected');
  });

  test('does not claim to have replaced bytes that only decode to the expected text', async () => {
    run.mockReset().mockResolvedValueOnce(['\ufffd']);
    await expect(compareAndSetBy(run, set)('key', '\ufffd', 'value')).rejects.toMatchObject({
      code: 'ERR_HOLDFAST_CORRUPT',
    });
  });
});

describe('the script of compareAndSetBy, for a text that no other write ends like', () => {
  const encrypted = `hf1z.key.${'a'.repeat(40)}${'Tag-_'.repeat(5)}`;

  test.each([
    ['a stamp', `{}${nextStamp()}`],
    ['the tag of an encrypted text', encrypted],
  ])('sends only %s', async (_, expected) => {
    run.mockReset().mockResolvedValueOnce(1);
    expect(await compareAndSetBy(run, set)('key', expected, 'value')).toBe(expected);
    expect(run.mock.calls[0]?.[3]).toEqual([expected.slice(-24), 'value']);
  });

  test.each([
    ['spaces', ' '.repeat(30)],
    ['line breaks', '\r\n'.repeat(15)],
    ['line breaks and tabs', '\r\n\t'.repeat(10)],
    ['returns and tabs', '\r\t'.repeat(15)],
    ['the beginning of a stamp, and spaces', `\r\t\r\t${' '.repeat(20)}`],
    ['the end of a stamp', nextStamp().slice(-20)],
    ['a stamp that something follows', `${nextStamp()}\n`],
  ])('sends the whole text if it ends in %s', async (_, end) => {
    run.mockReset().mockResolvedValueOnce(1);
    await compareAndSetBy(run, set)('key', `{}${end}`, 'value');
    expect(run.mock.calls[0]?.[3]).toEqual([`{}${end}`, 'value']);
  });
});

describe('SET of compareAndSetBy', () => {
  const LONG = `${'x'.repeat(2000)}${nextStamp()}`;

  /** Returns a compareAndSet that has learned what a script of the server returned. */
  async function after(reply: unknown): Promise<(expected: string) => Promise<string | null>> {
    const compareAndSet = compareAndSetBy(run, set);
    run.mockReset().mockResolvedValueOnce(reply);
    set.mockReset();
    await compareAndSet('key', 'first', 'value', 5);
    run.mockReset();
    return (expected) => compareAndSet('key', expected, 'value', 5);
  }

  test('sends no SET to a server of which no script has said that it knows IFEQ', async () => {
    const compareAndSet = await after(1);
    run.mockResolvedValueOnce(1);
    expect(await compareAndSet('expected')).toBe('expected');
    expect(set).not.toHaveBeenCalled();
  });

  test.each([
    ['a short text', 'expected'],
    ['a long one that a script would have to read', 'x'.repeat(2000)],
  ])('sends SET with IFEQ for %s', async (_, expected) => {
    const compareAndSet = await after(2);
    set.mockResolvedValueOnce('OK');
    expect(await compareAndSet(expected)).toBe(expected);
    expect(set.mock.calls).toEqual([['key', ['value', 'IFEQ', expected, 'PX', '5']]]);
    expect(run).not.toHaveBeenCalled();
  });

  test('lets a script tell what the key holds instead', async () => {
    const compareAndSet = await after(2);
    set.mockResolvedValueOnce(null);
    run.mockResolvedValueOnce(['held']);
    expect(await compareAndSet('expected')).toBe('held');
  });

  test('lets a script compare the end of a long text', async () => {
    const compareAndSet = await after(2);
    run.mockResolvedValueOnce(2);
    expect(await compareAndSet(LONG)).toBe(LONG);
    expect(set).not.toHaveBeenCalled();
  });

  test('sends no IFEQ without a TTL, which replicas would get as it is', async () => {
    const compareAndSet = compareAndSetBy(run, set);
    run.mockReset().mockResolvedValue(2);
    set.mockReset();
    for (const _ of [1, 2]) await compareAndSet('key', 'expected', 'value');
    expect(set).not.toHaveBeenCalled();
    expect(run).toHaveBeenCalledTimes(2);
  });

  test('goes back to scripts at once when another server does not know IFEQ, and later tries again', async () => {
    const compareAndSet = await after(2);
    set.mockRejectedValueOnce(new Error('ERR syntax error'));
    run.mockResolvedValue(2);
    for (let count = 0; count < 1001; count++) await compareAndSet('expected');
    expect(set).toHaveBeenCalledTimes(1);
    expect(run).toHaveBeenCalledTimes(1001);
    set.mockResolvedValueOnce('OK');
    expect(await compareAndSet('expected')).toBe('expected');
    expect(set).toHaveBeenCalledTimes(2);
  });

  test('rejects with any other error of SET as it is', async () => {
    const compareAndSet = await after(2);
    set.mockRejectedValueOnce(new Error('OOM command not allowed'));
    await expect(compareAndSet('expected')).rejects.toThrow('OOM');
    expect(run).not.toHaveBeenCalled();
  });

  describe.each([
    "ERR unknown command 'evalsha', with args beginning with: 'x' '1' 'key'",
    "NOPERM User app has no permissions to run the 'evalsha' command",
  ])('on a server that says %s', (message) => {
    /** Returns a compareAndSet after its first call, which has tried a script. */
    async function refused(): Promise<ReturnType<typeof compareAndSetBy>> {
      const compareAndSet = compareAndSetBy(run, set);
      run.mockReset().mockRejectedValue(new Error(message));
      set.mockReset().mockResolvedValueOnce('OK');
      expect(await compareAndSet('key', 'expected', 'value', 5)).toBe('expected');
      expect(set.mock.calls).toEqual([['key', ['value', 'IFEQ', 'expected', 'PX', '5']]]);
      run.mockClear();
      set.mockClear();
      return compareAndSet;
    }

    test('sends SET with IFEQ, and no script again', async () => {
      const compareAndSet = await refused();
      set.mockResolvedValue('OK');
      expect(await compareAndSet('key', 'expected', 'value', 5)).toBe('expected');
      expect(await compareAndSet('key', 'expected', 'value')).toBe('expected');
      expect(set.mock.lastCall).toEqual(['key', ['value', 'IFEQ', 'expected']]);
      expect(run).not.toHaveBeenCalled();
    });

    test.each(['held', null])('asks what the key holds instead: %j', async (held) => {
      const compareAndSet = await refused();
      set.mockResolvedValueOnce(null).mockResolvedValueOnce(held);
      expect(await compareAndSet('key', 'expected', 'value', 5)).toBe(held);
      expect(set.mock.lastCall).toEqual(['key', ['value', 'IFEQ', 'expected', 'GET', 'PX', '5']]);
      expect(run).not.toHaveBeenCalled();
    });

    test('does not claim to have replaced bytes that only decode to the expected text', async () => {
      const compareAndSet = await refused();
      set.mockResolvedValueOnce(null).mockResolvedValueOnce('\ufffd');
      await expect(compareAndSet('key', '\ufffd', 'value', 5)).rejects.toMatchObject({
        code: 'ERR_HOLDFAST_CORRUPT',
      });
    });

    test('rejects with the refusal if it does not know IFEQ either', async () => {
      const compareAndSet = compareAndSetBy(run, set);
      run.mockReset().mockRejectedValue(new Error(message));
      set.mockReset().mockRejectedValue(new Error('ERR syntax error'));
      await expect(compareAndSet('key', 'expected', 'value', 5)).rejects.toThrow(message);
      expect(set).toHaveBeenCalledTimes(1);
    });
  });
});
