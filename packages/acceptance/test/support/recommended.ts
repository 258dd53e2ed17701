import { createRequire } from 'node:module';
import { runInNewContext } from 'node:vm';
import type { IoredisClient } from '@holdfast/ioredis';
import type { NodeRedisClient } from '@holdfast/node-redis';
import { textOf } from './docs/repository-files.ts';
import { snippetsOf, toCommonJs } from './docs/snippets.ts';

/** A client of either kind, as the page's snippets use it. */
export type RecommendedClient = NodeRedisClient &
  IoredisClient & { connect(): Promise<unknown>; quit(): Promise<unknown>; disconnect(): void };

const require = createRequire(__filename);

/**
 * Makes a client with the settings that `docs/reliability.md` recommends, by running its snippet, without connecting it.
 * @param name the package in the snippet.
 * @param alias the package to use in its place.
 * @param onError gets the errors of the client.
 * @param pace what its times are multiplied with, for tests that cannot wait so long.
 */
export async function recommended(
  name: 'redis' | 'ioredis',
  alias: string,
  url: string,
  onError: (error: Error) => void,
  pace: number = 1,
): Promise<RecommendedClient> {
  const section =
    (await textOf('docs/reliability.md')).split('\n## Configure the client\n')[1] ?? '';
  const snippet = snippetsOf(section).find(({ code }) => code.includes(`from '${name}'`));
  const code = toCommonJs(snippet?.code ?? '')
    .replace('await redis.connect();', '')
    .replace(/\b\d{3,}\b/g, (ms) => String(Number(ms) * pace));
  return runInNewContext(`(() => {${code}return redis;})()`, {
    require: () => require(alias),
    process: { env: { REDIS_URL: url } },
    console: { error: onError },
  });
}
