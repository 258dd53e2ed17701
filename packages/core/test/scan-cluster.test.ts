import { describe, expect, test } from '@jest/globals';
import { type ScannedMaster, scanCluster } from '../src/adapter-kit/scan-cluster.ts';

/** A master: the end of its own line in CLUSTER NODES, and its keys. */
type Masters = Record<string, { slots: string; keys: string[] }>;

/** A cluster that records its commands in `asked`, and calls `change` before each scan. */
function clusterOf(
  masters: Masters,
  known: string[],
  change: (scanned: string) => void = () => {},
) {
  const asked: string[] = [];
  const line = (name: string, of: string) =>
    `${of} 127.0.0.1:6379@16379 ${name === of ? 'myself,' : ''}master - 0 0 1 connected ${masters[of]?.slots}`;
  const master = (name: string): ScannedMaster => ({
    nodes: async () =>
      Object.keys(masters)
        .map((of) => line(name, of))
        .join('\n'),
    async scan() {
      asked.push(name);
      change(name);
      return ['0', masters[name]?.keys ?? []];
    },
  });
  return {
    asked,
    async masters() {
      return known.map(master);
    },
    async get(key: string) {
      asked.push(key);
      known.push(...Object.keys(masters).filter((name) => !known.includes(name)));
    },
  };
}

async function scanned(cluster: ReturnType<typeof clusterOf>): Promise<string[]> {
  const keys: string[] = [];
  for await (const batch of scanCluster(cluster, '*', 10)) keys.push(...batch);
  return keys;
}

describe('scanCluster', () => {
  test('scans each master with slots once if no slot moves', async () => {
    const cluster = clusterOf(
      {
        a: { slots: '0-9', keys: ['1'] },
        b: { slots: '10-16383', keys: ['2'] },
        c: { slots: '', keys: [] },
      },
      ['a', 'b', 'c'],
    );
    expect(await scanned(cluster)).toEqual(['1', '2']);
    expect(cluster.asked).toEqual(['a', 'b']);
  });

  test('scans a master again that received a slot, and no other', async () => {
    const masters: Masters = {
      a: { slots: '0-9', keys: [] },
      b: { slots: '10-19', keys: [] },
      c: { slots: '20-16383', keys: ['moved'] },
    };
    const cluster = clusterOf(masters, ['a', 'b', 'c'], (name) => {
      if (name !== 'b') return;
      masters.a = { slots: '0-9 20', keys: ['moved'] };
      masters.c = { slots: '21-16383', keys: [] };
    });
    expect(await scanned(cluster)).toEqual(['moved']);
    expect(cluster.asked).toEqual(['a', 'b', 'c', 'a']);
  });

  test('scans the old owner of a moving slot before the new one, and ends although the slot still moves', async () => {
    const cluster = clusterOf(
      {
        b: { slots: '10-16383 [5-<-a]', keys: ['gone'] },
        a: { slots: '0-9 [5->-b]', keys: ['stays'] },
      },
      ['b', 'a'],
    );
    expect(await scanned(cluster)).toEqual(['gone', 'stays', 'gone']);
    expect(cluster.asked).toEqual(['b', 'a', 'b']);
  });

  test('ends although an aborted move has left its mark on one side', async () => {
    const cluster = clusterOf(
      { a: { slots: '0-9 [5->-b]', keys: ['1'] }, b: { slots: '10-16383 [7-<-a]', keys: ['2'] } },
      ['a', 'b'],
    );
    expect(await scanned(cluster)).toEqual(['1', '2']);
  });

  test('reads a key in a slot of a master that the client does not know', async () => {
    const cluster = clusterOf(
      { a: { slots: '0-99', keys: ['1'] }, b: { slots: '100-16383', keys: ['2'] } },
      ['a'],
    );
    expect(await scanned(cluster)).toEqual(['1', '2']);
    expect(cluster.asked).toEqual(['a', expect.stringMatching(/^\{\d+\}$/), 'b']);
  });

  test('fails instead of skipping the keys of a master that the client cannot find', async () => {
    const cluster = clusterOf(
      { a: { slots: '0-99', keys: ['1'] }, b: { slots: '100-16383', keys: ['2'] } },
      ['a'],
    );
    const get = async () => {};
    await expect(scanned({ ...cluster, get })).rejects.toThrow(
      /cannot find the master of slot 100/,
    );
  });
});
