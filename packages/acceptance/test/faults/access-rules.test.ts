import { HoldfastError, RedisStore } from '@holdfast/core';
import { type RedisProcess, serverName, startServer } from '@holdfast/test-servers';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { SessionData } from 'express-session';
import { type AppClient, allClients } from '../support/clients.ts';
import { textOf } from '../support/docs/repository-files.ts';
import { errorOf, patientStoreOf, urlOf } from '../support/outages/apps.ts';
import { sessionOf } from '../support/sessions.ts';

/** Reads the rules that docs/errors.md recommends. */
async function documentedRules(): Promise<string[]> {
  const [, rules = ''] = /ACL SETUSER app (.+)/.exec(await textOf('docs/errors.md')) ?? [];
  return rules.split(' ');
}

/** Each forbidden command, and an operation that fails then: of a store with every option, or of a `plain` one. */
const forbidden: [
  command: string,
  name: string,
  operation: (store: RedisStore, read: SessionData, plain: RedisStore) => Promise<unknown>,
][] = [
  ['scan', 'ids', (store) => store.ids()],
  ['scan', 'all', (store) => store.all()],
  ['scan', 'clear', (store) => store.clear()],
  ['evalsha', 'set', (store, read) => store.set('id', read)],
  ['eval', 'set', (store, read) => store.set('id', read)],
  ['get', 'get', (store) => store.get('id')],
  ['unlink', 'destroy', (store) => store.destroy('id')],
  [
    'pexpire',
    'touch of a session that was not read',
    (_, __, plain) => plain.touch('id', sessionOf()),
  ],
  ['mget', 'all', (store) => store.all()],
  ['zrem', 'destroy', (store) => store.destroy('id')],
  ['zrangebyscore', 'listByUser', (store) => store.listByUser('ada')],
  ['zcount', 'length', (store) => store.length()],
];

describe.each(Object.entries(allClients))('with access rules of Redis, and %s,', (_, make) => {
  let server: RedisProcess;
  let client: AppClient;
  let store: RedisStore;
  let session: SessionData;

  const rules = (...more: string[]) => server.connection.call('ACL', 'SETUSER', 'app', ...more);

  beforeAll(async () => {
    server = await startServer();
    await rules(...(await documentedRules()));
    client = await make(urlOf(server, 'app:secret@'));
    await client.connect();
    store = patientStoreOf(client.redis);
  });
  beforeEach(async () => {
    await rules('reset', ...(await documentedRules()));
    await server.connection.flushall();
    await server.connection.script('FLUSH');
    await store.set('id', sessionOf({ user: 'ada' }));
    session = (await store.get('id')) as SessionData;
  });
  afterAll(async () => {
    client.close();
    await server.stop();
  });

  test('everything works with the rules of docs/errors.md', async () => {
    await store.set('id', Object.assign(session, { visits: 1 }));
    await store.touch('id', sessionOf());
    await store.update('id', () => {});
    expect(await store.listByUser('ada')).toMatchObject([{ id: 'id', session: { visits: 1 } }]);
    expect(await store.all()).toHaveLength(1);
    expect(await store.length()).toBe(1);
    expect(await store.destroyByUser('ada')).toBe(1);
    await store.clear();
    expect(client.errors).toEqual([]);
  });

  test.each(forbidden)(
    'a forbidden %s is an error of %s that says how to allow it',
    async (command, _name, operation) => {
      await server.connection.script('FLUSH');
      await rules(`-${command}`);
      const plain = new RedisStore({ client: client.redis });
      Object.assign(session, { visits: 2 });
      const error = await errorOf(() => operation(store, session, plain));
      expect(error).toBeInstanceOf(HoldfastError);
      expect(error).toMatchObject({
        code: 'ERR_HOLDFAST_FORBIDDEN',
        message: expect.stringMatching(new RegExp(`${command.toUpperCase()}.*\\+${command}\\b`)),
        cause: {
          message: expect.stringMatching(
            `^NOPERM .* has no permissions to run the '${command}' command`,
          ),
        },
      });
      expect(error).not.toHaveProperty('status');
      await rules(`+${command}`);
      await operation(store, session, plain);
    },
  );

  test('a forbidden command of a script is an error that says what to allow', async () => {
    await rules('-set');
    const error = await errorOf(() => store.set('id', Object.assign(session, { visits: 2 })));
    expect(error).toMatchObject({
      code: 'ERR_HOLDFAST_FORBIDDEN',
      message: expect.stringMatching(
        /(?:The user executing the script can't run this command|ACL failure in script).*\+get.*\+set.*\+pttl.*\+zadd.*\+pexpire/,
      ),
    });
  });

  test('a client of a cluster may find out which master serves a slot, with the rules of docs/errors.md', async () => {
    const docs = await textOf('docs/errors.md');
    const [, ...more] =
      /- A cluster also needs `(.+?)`[^`]+(?:`\{\d\}`[^`]+)+`(%R~\S+)`/.exec(docs) ?? [];
    // Up to Redis 6, there is no DRYRUN, and no permission to read only.
    if (serverName().startsWith('redis-6')) {
      expect(docs).toContain('or `~{*}` up to Redis 6');
      await rules('~{*}', '+cluster');
      await store.clear();
      return;
    }
    const findMaster = () => server.connection.call('ACL', 'DRYRUN', 'app', 'GET', '{5}');
    expect(await findMaster()).toMatch(/permissions to access the '\{5\}' key/);
    await rules(...more);
    expect(await findMaster()).toBe('OK');
  });

  test('forbidden keys are an error that says what to allow', async () => {
    await rules('resetkeys', '~other:*');
    expect(await errorOf(() => store.get('id'))).toMatchObject({
      code: 'ERR_HOLDFAST_FORBIDDEN',
      message: expect.stringMatching(/NOPERM.*~sess:\*.*~holdfast:\*/),
      cause: { message: expect.stringMatching(/^NOPERM .* key/) },
    });
  });
});
