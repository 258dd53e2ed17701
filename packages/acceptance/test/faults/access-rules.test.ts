import { HoldfastError, RedisStore } from '@holdfast/core';
import { type RedisProcess, startServer } from '@holdfast/test-servers';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { SessionData } from 'express-session';
import { type AppClient, allClients } from '../support/clients.ts';
import { textOf } from '../support/docs/repository-files.ts';
import { errorOf, sessionOf, storeOf, urlOf } from '../support/outages/apps.ts';

/** The rules that docs/errors.md recommends. */
async function documentedRules(): Promise<string[]> {
  const [, rules = ''] = /ACL SETUSER app (.+)/.exec(await textOf('docs/errors.md')) ?? [];
  return rules.split(' ');
}

const SCANNING = 'ids, all, sessions, clear and, without the option trackCount, length';

/** Which command is forbidden, what it is said to be needed for, and what fails: with each option, and `plain` without. */
const forbidden: [
  command: string,
  neededFor: string,
  operation: (store: RedisStore, read: SessionData, plain: RedisStore) => Promise<unknown>,
][] = [
  ['scan', SCANNING, (store) => store.ids()],
  ['scan', SCANNING, (store) => store.all()],
  ['scan', SCANNING, (store) => store.clear()],
  ['evalsha', 'saving and touching sessions, with eval', (store, read) => store.set('id', read)],
  ['eval', 'saving and touching sessions, with evalsha', (store, read) => store.set('id', read)],
  ['get', 'reading sessions', (store) => store.get('id')],
  ['set', 'saving new sessions', (store) => store.set('new', sessionOf({}))],
  ['unlink', 'ending sessions', (store) => store.destroy('id')],
  ['pexpire', 'touching sessions', (_, __, plain) => plain.touch('id', sessionOf({}))],
  ['mget', 'listing sessions', (store) => store.all()],
  ['zrem', 'the options userId and trackCount', (store) => store.destroy('id')],
  ['zrangebyscore', 'the options userId and trackCount', (store) => store.listByUser('ada')],
  ['zcount', 'the option trackCount', (store) => store.length()],
];

describe.each(Object.entries(allClients))('the access rules of Redis, with %s', (_, make) => {
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
    store = storeOf(client.redis);
  });
  beforeEach(async () => {
    await rules('reset', ...(await documentedRules()));
    await server.connection.script('FLUSH');
    await store.set('id', sessionOf({ user: 'ada' }));
    session = (await store.get('id')) as SessionData;
  });
  afterAll(async () => {
    client.close();
    await server.stop();
  });

  test('let everything work as docs/errors.md says', async () => {
    await store.set('id', Object.assign(session, { visits: 1 }));
    await store.touch('id', sessionOf({}));
    await store.update('id', () => {});
    expect(await store.listByUser('ada')).toMatchObject([{ id: 'id', session: { visits: 1 } }]);
    expect(await store.all()).toHaveLength(1);
    expect(await store.length()).toBe(1);
    expect(await store.destroyByUser('ada')).toBe(1);
    await store.clear();
    expect(client.errors).toEqual([]);
  });

  test.each(forbidden)(
    'that forbid %s are told, and what needs it: %s',
    async (command, neededFor, operation) => {
      await server.connection.script('FLUSH');
      await rules(`-${command}`);
      const plain = new RedisStore({ client: client.redis });
      Object.assign(session, { visits: 2 });
      const error = await errorOf(() => operation(store, session, plain));
      expect(error).toBeInstanceOf(HoldfastError);
      expect(error).toMatchObject({
        code: 'ERR_HOLDFAST_FORBIDDEN',
        message: `Redis does not let the client's user run ${command.toUpperCase()}, which is needed for ${neededFor}. Allow it with +${command}.`,
        cause: { message: `NOPERM this user has no permissions to run the '${command}' command` },
      });
      expect(error).not.toHaveProperty('status');
      await rules(`+${command}`);
      await operation(store, session, plain);
    },
  );

  test('that forbid a command of a script are told', async () => {
    await rules('-set');
    const error = await errorOf(() => store.set('id', Object.assign(session, { visits: 2 })));
    expect(error).toMatchObject({
      code: 'ERR_HOLDFAST_FORBIDDEN',
      message: expect.stringMatching(
        /^Redis does not let the client's user run what is in a script: ERR The user executing the script can't run this command .*\. Allow \+get and \+set, and for the options userId and trackCount \+pttl, \+zadd and \+pexpire\.$/,
      ),
    });
  });

  test('that forbid the keys are told', async () => {
    await rules('resetkeys', '~other:*');
    const said = 'NOPERM this user has no permissions to access one of the keys used as arguments';
    expect(await errorOf(() => store.get('id'))).toMatchObject({
      code: 'ERR_HOLDFAST_FORBIDDEN',
      message: `Redis does not let the client's user touch this key: ${said}. Allow the keys that begin with the option prefix, as ~sess:* does, and ~holdfast:* for the options userId and trackCount.`,
      cause: { message: said },
    });
  });
});
