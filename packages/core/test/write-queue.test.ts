import { describe, expect, test } from '@jest/globals';
import { type Left, type Turn, Turns } from '../src/session/write-queue.ts';

const TIMEOUT_MS = 100;

/** Work that ends when the test says so. */
function work() {
  let end = (_left: Left): void => {};
  let fail = (_error: Error): void => {};
  const promise = new Promise<Left>((resolve, reject) => {
    end = resolve;
    fail = reject;
  });
  const given: Left[] = [];
  const run = ({ before }: Turn) => {
    given.push(before);
    return promise;
  };
  return { run, given, end, fail };
}

/** Lets everything run that waits for nothing but promises. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

describe('turns of one key', () => {
  test('follow each other, and each is given what the one before it left', async () => {
    const turns = new Turns(TIMEOUT_MS);
    const [first, second, third] = [work(), work(), work()];
    const answers = [first, second, third].map(({ run }) => turns.take('key', run));
    await settled();
    expect([first.given, second.given, third.given]).toEqual([[undefined], [], []]);
    first.end('one');
    await settled();
    expect([second.given, third.given]).toEqual([['one'], []]);
    second.end('two');
    await settled();
    expect(third.given).toEqual(['two']);
    third.end('three');
    expect(await Promise.all(answers)).toEqual(['one', 'two', 'three']);
  });

  test('go on after one that failed, which leaves nothing', async () => {
    const turns = new Turns(TIMEOUT_MS);
    const [first, second, third] = [work(), work(), work()];
    const [one, two, three] = [first, second, third].map(({ run }) => turns.take('key', run));
    first.end('one');
    second.fail(new Error('no'));
    third.end('three');
    await expect(two).rejects.toThrow('no');
    expect([await one, await three]).toEqual(['one', 'three']);
    expect(third.given).toEqual([undefined]);
  });

  test('leave nothing for one that comes when all have ended', async () => {
    const turns = new Turns(TIMEOUT_MS);
    await turns.take('key', async () => 'left');
    const late = work();
    late.end('late');
    expect(await turns.take('key', late.run)).toBe('late');
    expect(late.given).toEqual([undefined]);
  });

  test('that one takes while another runs come after it', async () => {
    const turns = new Turns(TIMEOUT_MS);
    const [first, second] = [work(), work()];
    const one = turns.take('key', first.run);
    await settled();
    const two = turns.take('key', second.run);
    second.end('two');
    await settled();
    expect(second.given).toEqual([]);
    first.end('one');
    expect([await one, await two]).toEqual(['one', 'two']);
    expect(second.given).toEqual(['one']);
  });
});

test('A turn that waited too long is not taken, and one that never ends keeps nobody', async () => {
  const turns = new Turns(TIMEOUT_MS);
  const [silent, waiting, late] = [work(), work(), work()];
  const given = [silent, waiting].map(({ run }) => turns.take('key', run));
  for (const answer of given) {
    await expect(answer).rejects.toMatchObject({ code: 'ERR_HOLDFAST_TIMEOUT' });
  }
  late.end('late');
  expect(await turns.take('key', late.run)).toBe('late');
  expect([waiting.given, late.given]).toEqual([[], [undefined]]);
});

test('Turns of different keys do not wait for each other', async () => {
  const turns = new Turns(TIMEOUT_MS);
  const [slow, fast] = [work(), work()];
  const one = turns.take('slow', slow.run);
  fast.end('fast');
  expect(await turns.take('fast', fast.run)).toBe('fast');
  expect(fast.given).toEqual([undefined]);
  slow.end('slow');
  expect(await one).toBe('slow');
});

test('A turn is told that it is over when it has taken too long, and not before', async () => {
  const turns = new Turns(TIMEOUT_MS);
  const silent = work();
  let turn: Turn | undefined;
  const answer = turns.take('key', (mine) => {
    turn = mine;
    return silent.run(mine);
  });
  await settled();
  expect(turn?.isOver).toBe(false);
  expect(() => turn?.checkNotOver()).not.toThrow();
  await expect(answer).rejects.toMatchObject({ code: 'ERR_HOLDFAST_TIMEOUT' });
  await settled();
  expect(turn?.isOver).toBe(true);
  expect(() => turn?.checkNotOver()).toThrow(
    expect.objectContaining({ code: 'ERR_HOLDFAST_TIMEOUT' }),
  );
});
