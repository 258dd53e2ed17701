import { describe, expect, test } from '@jest/globals';
import { RECOMMENDED_OPTIONS } from '../../../../apps/bench/src/outages/recommended.ts';
import {
  type ClientKind,
  evaluated,
  recommendedOptions,
  type Servers,
} from '../support/docs/client-options.ts';
import { textOf } from '../support/docs/repository-files.ts';

/** Who creates a client, by the call that does. */
const CREATED: [call: string, kind: ClientKind, servers: Servers, files: string[]][] = [
  [
    'createClient(',
    'node-redis',
    'one server',
    [
      'README.md',
      'docs/reliability.md',
      'packages/node-redis/README.md',
      'apps/example/src/session-store.ts',
    ],
  ],
  ['createCluster(', 'node-redis', 'cluster', ['docs/clusters.md']],
  ['createSentinel(', 'node-redis', 'sentinels', ['docs/clusters.md']],
  [
    'new Redis(',
    'ioredis',
    'one server',
    ['docs/reliability.md', 'packages/ioredis/README.md', 'apps/example/src/session-store.ts'],
  ],
  ['new Cluster(', 'ioredis', 'cluster', ['docs/clusters.md']],
  ['new Redis(', 'ioredis', 'sentinels', ['docs/clusters.md']],
];

/** What the table leaves out: addresses, and when to connect. */
const NOT_IN_THE_TABLE = [
  'url',
  'rootNodes',
  'name',
  'sentinels',
  'sentinelRootNodes',
  'lazyConnect',
];

/** Returns the options of the first client that a text creates with this call. */
function optionsIn(text: string, call: string): object {
  const [, rest = ''] = text.split(`= ${call}`);
  const [, literal = ''] = /(\{\n[\s\S]*?^ *\})\);/m.exec(rest) ?? [];
  const all = evaluated(literal, { url: '', REDIS_URL: '', process: { env: {} } });
  return Object.fromEntries(
    Object.entries(all).filter(([name]) => !NOT_IN_THE_TABLE.includes(name)),
  );
}

/** Functions are equal if they return the same. */
function comparable(options: object): unknown {
  return JSON.parse(
    JSON.stringify(options, (_, value) =>
      typeof value === 'function' ? [0, 1, 5, 100].map((retries) => value(retries)) : value,
    ),
  );
}

describe('the options that docs/reliability.md recommends', () => {
  test('are six', async () => {
    const options = await recommendedOptions();
    const servers = ['cluster', 'one server', 'sentinels'];
    for (const kind of ['node-redis', 'ioredis'] as const) {
      expect(Object.keys(options[kind]).sort()).toEqual(servers);
    }
  });

  test.each(
    CREATED.flatMap(([call, kind, servers, files]) =>
      files.map((file) => [file, call, kind, servers] as const),
    ),
  )('are those that %s gives to %s', async (file, call, kind, servers) => {
    const recommended = (await recommendedOptions())[kind][servers];
    expect(comparable(optionsIn(await textOf(file), call))).toEqual(comparable(recommended));
  });

  test('are those that the benchmarks measure', async () => {
    expect(comparable(RECOMMENDED_OPTIONS)).toEqual(comparable(await recommendedOptions()));
  });
});
