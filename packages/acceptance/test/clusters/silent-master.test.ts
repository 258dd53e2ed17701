import { setTimeout as pause } from 'node:timers/promises';
import { RedisStore } from '@holdfast/core';
import { type RedisProcess, startCluster, type TestCluster } from '@holdfast/test-servers';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { clusterClients, type Opened } from '../support/clusters/cluster-clients.ts';
import { isRefusal, untilServes } from '../support/outages/apps.ts';

/** Requests per second. */
const PACES = [2, 5, 10, 40];

/** How many requests each master gets after the store knows that one of them is silent. */
const AFTERWARD = 10;

let cluster: TestCluster;
let silent: RedisProcess;
/** Of sessions on the silent master, and of sessions on the others. */
let silentTags: string[];
let healthyTags: string[];
beforeAll(async () => {
  // Steady: no replica takes over.
  cluster = await startCluster({ isSteady: true });
  silent = await cluster.masterOf('{0}');
  const tags = Array.from({ length: 30 }, (_, index) => `{${index}}`);
  const owners = await Promise.all(tags.map((tag) => cluster.masterOf(tag)));
  silentTags = tags.filter((_, index) => owners[index] === silent);
  healthyTags = tags.filter((_, index) => owners[index] !== silent);
});
afterAll(() => cluster.stop());

/** How a request ended. */
type Outcome = 'answered' | 'refused' | 'failed';

/** What requests at one pace saw. */
class Requests {
  readonly store: RedisStore;
  readonly onSilent: Promise<Outcome>[] = [];
  readonly onHealthy: Promise<Outcome>[] = [];
  disconnects = 0;
  #isKnown = false;

  constructor({ redis }: Opened) {
    this.store = new RedisStore({ client: redis, onOutage: 'skip' });
    this.store.on('disconnect', () => this.disconnects++);
  }

  /** Asks the silent master until the store refuses to, and then every master in turn. Waits for no reply. */
  async send(pace: number): Promise<void> {
    for (let number = 0; !this.#isKnown; number++) {
      this.onSilent.push(this.#request(silentTags, number));
      await pause(1000 / pace);
    }
    for (let number = 0; number < AFTERWARD; number++) {
      this.onHealthy.push(this.#request(healthyTags, number));
      await pause(1000 / pace);
      this.onSilent.push(this.#request(silentTags, number));
    }
  }

  async #request(tags: string[], number: number): Promise<Outcome> {
    const id = `${tags[number % tags.length]}:${number}`;
    const outcome = await this.store.get(id).then(
      () => 'answered' as const,
      (error) => (isRefusal(error) ? 'refused' : 'failed'),
    );
    this.#isKnown ||= outcome === 'refused';
    return outcome;
  }
}

describe.each(Object.entries(clusterClients))('with a silent master, through %s,', (_, open) => {
  let opened: Opened;
  let byPace: Requests[];
  beforeAll(async () => {
    opened = await open(cluster.ports);
    byPace = PACES.map(() => new Requests(opened));
    // The client has its connections when the master becomes silent.
    for (const tag of [...silentTags, ...healthyTags]) await opened.redis.get(tag);
    silent.freeze();
    await Promise.all(byPace.map((requests, index) => requests.send(PACES[index] ?? 1)));
  });
  afterAll(async () => {
    silent.thaw();
    for (const { store } of byPace) await untilServes(store);
    await opened.close();
  });

  describe.each(PACES.map((pace, index) => [pace, index]))(
    'at %i requests a second,',
    (_, index) => {
      const requests = () => byPace[index] as Requests;

      test('the other masters answer each request', async () => {
        const outcomes = await Promise.all(requests().onHealthy);
        expect(outcomes).toEqual(Array(AFTERWARD).fill('answered'));
      });

      test('requests for its own sessions fail at once, as soon as the store knows', async () => {
        const outcomes = await Promise.all(requests().onSilent);
        const first = outcomes.indexOf('refused');
        expect(outcomes.slice(0, first)).not.toContain('answered');
        expect(new Set(outcomes.slice(first))).toEqual(new Set(['refused']));
      });

      test('express-session does not hear that all of Redis is away', () => {
        expect(requests().disconnects).toBe(0);
      });
    },
  );
});
