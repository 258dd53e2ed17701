import { runInNewContext } from 'node:vm';
import { textOf } from './repository-files.ts';

export type ClientKind = 'node-redis' | 'ioredis';
export type Servers = 'one server' | 'cluster' | 'sentinels';

/** Options of a client, by the kind of its servers. */
export type ClientOptions = Record<Servers, object>;

/** Reads the table of `docs/reliability.md` with the options that it recommends. */
export async function recommendedOptions(): Promise<Record<ClientKind, ClientOptions>> {
  const rows = (await textOf('docs/reliability.md')).matchAll(
    /^\| (node-redis|ioredis) 5, 6 \| ([\w ]+) \| `(.+)` \|$/gm,
  );
  const options: Record<string, Record<string, object>> = { 'node-redis': {}, ioredis: {} };
  for (const [, kind = '', servers = '', code = ''] of rows) {
    Object.assign(options[kind] ?? {}, { [servers]: evaluated(code) });
  }
  return options as Record<ClientKind, ClientOptions>;
}

/** Evaluates an object literal. Its functions take and return numbers. */
export function evaluated(literal: string, variables: object = {}): object {
  return runInNewContext(`(${literal})`, { ...variables });
}
