import { describe, expect, test } from '@jest/globals';
import type { Masters } from '../src/redis/redis-like.ts';
import { ServerBreakers } from '../src/redis/server-breakers.ts';
import { useManualClock } from './manual-clock.ts';

/** How long a run of failures must last, and the pause between two probes. */
const RUN_MS = 250;
const PROBE_MS = 250;

const failure = new Error('no');
const clock = useManualClock();

/** A cluster in which the first letter of a key names its master. */
class Cluster implements Masters {
  names: string[] = ['a', 'b', 'c'];
  /** Masters that took over from others. */
  readonly movedTo: Record<string, string> = {};

  of(key: string): string | undefined {
    const [name = ''] = key;
    const current = this.movedTo[name] ?? name;
    return this.names.includes(current) ? current : undefined;
  }

  all(): string[] {
    return this.names;
  }
}

function breakersOf(masters?: Masters) {
  const away = new Set<string>();
  const probed: (string | undefined)[] = [];
  const outages: boolean[] = [];
  const breakers = new ServerBreakers(
    'sess:',
    masters,
    async (target) => {
      probed.push(target.key);
      const [asked = ''] = breakers.targetOf([target.key ?? '']).servers;
      if (away.has(asked)) breakers.failed(target, failure);
      else breakers.succeeded(target);
    },
    (isOutage) => outages.push(isOutage),
  );
  const refusal = (...keys: string[]) => breakers.refuse(breakers.targetOf(keys));
  const succeed = (...keys: string[]) => breakers.succeeded(breakers.targetOf(keys));
  const fail = (...keys: string[]) => breakers.failed(breakers.targetOf(keys), failure);
  /** Lets the master of a key fail until its breaker opens. */
  async function takeAway(key: string): Promise<void> {
    away.add(breakers.targetOf([key]).servers[0] ?? '');
    for (let count = 0; count < 4; count++) fail(key);
    await clock.advance(RUN_MS);
    fail(key);
  }
  /** Lets every master answer, until no breaker probes. */
  async function restore(): Promise<void> {
    away.clear();
    await clock.advance(PROBE_MS);
    expect(clock.timers).toBe(0);
  }
  return { refusal, succeed, fail, takeAway, restore, away, probed, outages };
}

describe('the breakers of a cluster', () => {
  test('refuse only the keys of the master that is away', async () => {
    const { takeAway, refusal, restore } = breakersOf(new Cluster());
    await takeAway('a1');
    expect(refusal('a2')).toMatchObject({ code: 'ERR_HOLDFAST_UNAVAILABLE', cause: failure });
    expect([refusal('b1'), refusal('c1')]).toEqual([undefined, undefined]);
    await restore();
    expect(refusal('a2')).toBeUndefined();
  });

  test.each([
    ['fails in between', 'fail'],
    ['answers in between', 'succeed'],
  ] as const)('find a master that is away, even if another %s', async (_, method) => {
    const { fail, refusal, succeed, restore, ...rest } = breakersOf(new Cluster());
    for (let count = 0; count < 5; count++) {
      fail('a1');
      if (count < 4) ({ fail, succeed })[method]('b1');
      await clock.advance(RUN_MS / 4);
    }
    expect(refusal('a1')).toBeDefined();
    expect(refusal('b1')).toBeUndefined();
    expect(rest.outages).toEqual([]);
    await restore();
  });

  test('send a command again as soon as another master serves its key', async () => {
    const cluster = new Cluster();
    const { takeAway, refusal, away, probed } = breakersOf(cluster);
    await takeAway('a1');
    cluster.names = ['d', 'b', 'c'];
    cluster.movedTo.a = 'd';
    expect(refusal('a1')).toBeUndefined();
    expect(away).toEqual(new Set(['a']));
    await clock.advance(10 * PROBE_MS);
    expect(probed).toEqual(['a1']);
    expect(clock.timers).toBe(0);
  });

  test('probe each master that is away with its own keys', async () => {
    const { takeAway, refusal, probed, restore } = breakersOf(new Cluster());
    await takeAway('a1');
    await takeAway('b1');
    refusal('a2');
    refusal('b2', 'c1');
    probed.length = 0;
    await clock.advance(2 * PROBE_MS);
    expect(probed.sort()).toEqual(['a2', 'a2', 'b1', 'b1']);
    await restore();
  });

  test('refuse a command for several masters if one of them is away, and one without a key', async () => {
    const { takeAway, refusal, restore } = breakersOf(new Cluster());
    expect(refusal()).toBeUndefined();
    await takeAway('a1');
    expect(refusal('b1', 'a1')).toBeDefined();
    expect(refusal('b1', 'c1')).toBeUndefined();
    expect(refusal()).toBeDefined();
    await restore();
    expect(refusal()).toBeUndefined();
  });

  test('blame no master for the failure of a command that needed several, or any', async () => {
    const { fail, refusal, probed } = breakersOf(new Cluster());
    for (let count = 0; count < 5; count++) {
      fail('a1', 'b1');
      fail();
      await clock.advance(RUN_MS / 4);
    }
    expect([refusal('a1'), refusal('b1'), refusal()]).toEqual([undefined, undefined, undefined]);
    await clock.advance(PROBE_MS);
    expect(probed).toEqual([]);
  });

  test('blame the master of all keys of a command', async () => {
    const { fail, refusal, restore } = breakersOf(new Cluster());
    for (let count = 0; count < 5; count++) {
      fail('a1', 'a2');
      await clock.advance(RUN_MS / 4);
    }
    expect(refusal('a1')).toBeDefined();
    await restore();
  });

  test('report an outage only while every master is away', async () => {
    const { takeAway, outages, away, restore } = breakersOf(new Cluster());
    await takeAway('a1');
    await takeAway('b1');
    expect(outages).toEqual([]);
    await takeAway('c1');
    expect(outages).toEqual([true]);
    away.delete('b');
    await clock.advance(PROBE_MS);
    expect(outages).toEqual([true, false]);
    await restore();
    expect(outages).toEqual([true, false]);
  });

  test('report an outage while the client knows no master yet', async () => {
    const cluster = new Cluster();
    cluster.names = [];
    const { takeAway, outages, refusal, restore } = breakersOf(cluster);
    await takeAway('a1');
    expect(refusal('b1')).toBeDefined();
    expect(outages).toEqual([true]);
    cluster.names = ['a', 'b', 'c'];
    expect(refusal('b1')).toBeUndefined();
    await restore();
    expect(outages).toEqual([true, false]);
  });
});

describe('the breaker of a single server', () => {
  test('refuses every command, with or without a key, and reports the outage', async () => {
    const { takeAway, refusal, outages, restore } = breakersOf();
    await takeAway('a1');
    for (const keys of [['a1'], ['b1'], ['b1', 'c1'], []]) expect(refusal(...keys)).toBeDefined();
    await restore();
    expect(refusal('a1')).toBeUndefined();
    expect(outages).toEqual([true, false]);
  });

  test('opens after commands without a key, too, and then probes with the prefix', async () => {
    const { fail, refusal, probed, away, restore } = breakersOf();
    away.add('');
    for (let count = 0; count < 5; count++) {
      fail();
      await clock.advance(RUN_MS / 4);
    }
    expect(refusal()).toBeDefined();
    await clock.advance(PROBE_MS);
    expect(probed).toEqual(['sess:']);
    await restore();
  });

  test('probes with the wanted key and others in turn, in case it is a cluster that does not tell its masters', async () => {
    const { takeAway, refusal, probed, restore } = breakersOf();
    await takeAway('a1');
    refusal('b1');
    await clock.advance(4 * PROBE_MS);
    expect(probed).toEqual(['b1', 'sess:2', 'b1', 'sess:4']);
    await restore();
  });
});
