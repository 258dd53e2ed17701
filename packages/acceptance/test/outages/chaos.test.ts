import { randomInt } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { RedisStore } from '@holdfast/core';
import { sized, until } from '@holdfast/test-servers';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type AppClient, hurriedClients } from '../support/clients.ts';
import { inject, injections } from '../support/outages/injections.ts';
import { Random } from '../support/outages/random.ts';
import { Findings, Visitor } from '../support/outages/visitor.ts';
import { useProxy, useRedis } from '../support/resources.ts';
import { sessionOf } from '../support/sessions.ts';

const TIMEOUT_MS = 300;
const FAULTS = sized(100, 1000);
const VISITORS = sized(20, 50);
/** Each has a client of its own, as in as many processes. */
const STORES = sized(5, 10);
const SHARED = ['shared-1', 'shared-2', 'shared-3', 'shared-4', 'shared-5'];

/** The same seed brings the same faults. */
const SEED = Number(process.env.CHAOS_SEED ?? randomInt(2 ** 32));

/** With the README's settings, and times in proportion to the timeout. redis-mock has no network to disturb. */
const kinds = hurriedClients(TIMEOUT_MS / 2000);

describe.each(Object.entries(kinds))(
  `${FAULTS} faults under ${VISITORS} visitors, with %s and CHAOS_SEED=${SEED}`,
  (_, make) => {
    const findings = new Findings();
    const server = useRedis();
    const proxy = useProxy(server);
    let clients: AppClient[] = [];
    let stores: RedisStore[] = [];
    let visitors: Visitor[] = [];

    beforeAll(async () => {
      clients = await Promise.all(Array.from({ length: STORES }, () => make(proxy().url)));
      await Promise.all(clients.map((client) => client.connect()));
      stores = clients.map(
        ({ redis }) =>
          new RedisStore({
            client: redis,
            timeoutMs: TIMEOUT_MS,
            prefix: `chaos:${SEED}:`,
            ttl: 3600,
          }),
      );
      await Promise.all(SHARED.map((id) => until('a session has begun', () => begin(id))));
      visitors = Array.from({ length: VISITORS }, (_, index) => {
        const store = stores[index % STORES] as RedisStore;
        const shared = SHARED[Math.floor(index / STORES) % SHARED.length] as string;
        const random = new Random(SEED + index + 1);
        return new Visitor(`visitor-${index}`, store, shared, random, findings);
      });
      const end = new AbortController();
      const visits = visitors.map((visitor) => visitor.visit(end.signal));
      for (const injection of injections(FAULTS, new Random(SEED)))
        await inject(proxy(), injection);
      // The worst fault to leave behind: no client notices it at once.
      for (const connection of proxy().connections()) connection.halfOpen();
      await Promise.all(stores.map(untilWorks));
      const { acknowledged } = findings;
      await until(
        'visitors write again',
        () => findings.acknowledged > acknowledged + FAULTS || findings,
      );
      end.abort();
      await Promise.all(visits);
    });
    afterAll(() => {
      for (const { close } of clients) close();
    });

    const begin = (id: string) =>
      stores[0]?.set(id, sessionOf()).then(
        () => true,
        (error) => error,
      );

    /** Waits until a store does everything that it is asked. */
    async function untilWorks(store: RedisStore): Promise<void> {
      const works = async () => {
        await store.set('new', sessionOf());
        await store.get('new');
        await store.update('new', () => {});
        await store.destroy('new');
        return true;
      };
      await until('everything works again', () => works().catch((error) => error));
    }

    test('lose no acknowledged write, and revive no session that was destroyed', async () => {
      // ioredis 5 can close a connection once more, a while after a fault: see docs/reliability.md.
      const check = (visitor: Visitor) =>
        visitor.look().then(
          () => true,
          (error) => error,
        );
      await Promise.all(
        visitors.map((visitor) => until('everything is read', () => check(visitor))),
      );
      expect(findings.lost).toEqual([]);
    });

    test('leave no operation without an end', () => {
      expect(findings.pending).toBe(0);
    });

    test('call no callback twice', () => {
      expect(findings.repeated).toEqual([]);
    });

    test('leave nothing behind in memory', async () => {
      setFlagsFromString('--expose-gc');
      const collect: () => void = runInNewContext('gc');
      await setImmediate();
      collect();
      const alive = findings.sessions.filter((session) => session.deref() !== undefined);
      expect(findings.sessions.length).toBeGreaterThan(FAULTS);
      expect(alive.length).toBeLessThan(VISITORS);
    });
  },
);
