import { createRequire } from 'node:module';
import { runInNewContext } from 'node:vm';
import type { RedisStore } from '@holdfast/core';
import { textOf } from '../docs/repository-files.ts';
import { snippetsOf, toCommonJs } from '../docs/snippets.ts';

/** How docs/clusters.md creates the cluster of each client, and the package that it is from here. */
export const CLUSTER_CLIENTS = {
  'node-redis 4': ['createCluster', 'redis-4'],
  'node-redis 5': ['createCluster', 'redis-5'],
  'node-redis 6': ['createCluster', 'redis'],
  'ioredis 5': ['new Cluster', 'ioredis'],
  'ioredis 6': ['new Cluster', 'ioredis-6'],
} as const;

/** A store as docs/clusters.md creates it. */
export interface FromPage {
  store: RedisStore;
  close(): unknown;
}

const require = createRequire(__filename);

/**
 * Runs the snippet of docs/clusters.md that calls this function of a client.
 * @param alias the package that the snippet gets, in one of its versions.
 */
export async function fromPage(
  call: string,
  alias: string,
  env: Record<string, string>,
): Promise<FromPage> {
  const snippets = snippetsOf(await textOf('docs/clusters.md'));
  const { code = '' } = snippets.find((snippet) => snippet.code.includes(`= ${call}(`)) ?? {};
  const program = `(async () => {${toCommonJs(code)}
    return { store, close: () => (redis.close ?? redis.disconnect).call(redis) };
  })()`;
  const name = alias.startsWith('redis') ? 'redis' : 'ioredis';
  return runInNewContext(program, {
    require: (wanted: string) => require(wanted === name ? alias : wanted),
    process: { env },
    // Errors are expected here.
    console: { error() {} },
  });
}
