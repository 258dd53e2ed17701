import { randomUUID } from 'node:crypto';
import { sized } from '@holdfast/test-servers';
import { describe, expect, test } from '@jest/globals';
import { type App, Visitor, type Work } from '../support/concurrency/app-process.ts';
import { describeSetups, inTrials, type Setup } from '../support/concurrency/setups.ts';

const TRIALS = sized(2, 20);
const IN_TRIALS = `in ${TRIALS} of ${TRIALS} trials`;
const MAX_DELAY_MS = 10;

/** The ways to end a session. Each returns the cookie of the session that replaces it, if any. */
const endings: Record<string, (visitor: Visitor, app: App) => Promise<string | undefined>> = {
  'a sign-out': async (visitor, app) => (await visitor.post(app, '/sign-out')).cookie,
  regenerate: async (visitor, app) => (await visitor.post(app, '/regenerate')).cookie,
  'store.destroy': async (visitor, app) => {
    await app.destroy(visitor.id);
    return undefined;
  },
};

/** What is left of a session after its end. */
interface Remains {
  exists: unknown;
  /** The user that the cookie signs in, in each process. */
  users: unknown[];
}

const NOTHING: Remains = { exists: 0, users: [undefined, undefined] };

async function remains({ first, second, raw }: Setup, visitor: Visitor): Promise<Remains> {
  const exists = await raw('EXISTS', visitor.id);
  const visits = await Promise.all([visitor.visit(first), visitor.visit(second)]);
  return { exists, users: visits.map(({ fields }) => fields.user) };
}

/** Ends a session while a slow request that has read it is running. */
async function endDuring(
  setup: Setup,
  work: Work,
  end: (visitor: Visitor, app: App) => Promise<string | undefined>,
) {
  const { first, second } = setup;
  const gate = randomUUID();
  const visitor = await Visitor.signIn(first);
  const slow = visitor.work(first, { gate, ...work });
  await first.arrived(gate);
  const newCookie = await end(visitor, second);
  await first.open(gate);
  const { status, body } = await slow;
  return {
    status,
    isSameId: body.id === visitor.id,
    remains: await remains(setup, visitor),
    dropped: await first.droppedReasons(visitor.id),
    newCookie,
  };
}

const modifying: Work = { set: { slow: 1 } };
const reading: Work = {};

describe('Holdfast', () => {
  describeSetups(['node-redis', 'ioredis'], (setup, { resave }) => {
    for (const [name, end] of Object.entries(endings)) {
      test(`${name} during a slow modifying request is not undone, ${IN_TRIALS}`, async () => {
        const trials = await inTrials(TRIALS, () => endDuring(setup(), modifying, end));
        for (const { status, isSameId, remains, dropped } of trials) {
          expect(remains).toEqual(NOTHING);
          expect(dropped).toEqual(['gone']);
          expect([status, isSameId]).toEqual([200, true]);
        }
      });

      test(`${name} during a slow reading request is not undone, ${IN_TRIALS}`, async () => {
        const trials = await inTrials(TRIALS, () => endDuring(setup(), reading, end));
        for (const { status, isSameId, remains, dropped } of trials) {
          expect(remains).toEqual(NOTHING);
          // Without resave, a request that changed nothing has nothing to drop.
          expect(dropped).toEqual(resave ? ['gone'] : []);
          expect([status, isSameId]).toEqual([200, true]);
        }
      });

      test(`${name} among modifying requests ends the session, in any order`, async () => {
        const trials = await inTrials(TRIALS, async () => {
          const { first, second } = setup();
          const visitor = await Visitor.signIn(first);
          const gate = randomUUID();
          const requests = [0, 1, 2, 3].map((index) =>
            visitor.work(first, {
              gate,
              delayMs: Math.random() * MAX_DELAY_MS,
              set: { [`field${index}`]: 1 },
            }),
          );
          await first.arrived(gate, requests.length);
          await Promise.all([first.open(gate), end(visitor, second)]);
          const results = await Promise.all(requests);
          expect(results.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
          return remains(setup(), visitor);
        });
        expect(trials).toEqual(Array(TRIALS).fill(NOTHING));
      });
    }

    test('the session that replaces it after regenerate has only its own fields', async () => {
      const { first } = setup();
      const { newCookie } = await endDuring(setup(), modifying, async (visitor, app) => {
        return (await visitor.post(app, '/regenerate')).cookie;
      });
      expect((await first.request('GET', '/', newCookie)).body.fields).toEqual({
        user: 'regenerated',
      });
    });

    test('the request that began a session does not revive it by another save', async () => {
      const { first, second, raw } = setup();
      const gate = randomUUID();
      const signIn = first.request('POST', '/work', '', {
        saveFirst: { set: { user: 'Ada' } },
        gate,
        set: { late: 1 },
      });
      await first.arrived(gate);
      const id = String((await first.log()).gates[gate]);
      await second.destroy(id);
      await first.open(gate);
      expect((await signIn).body.id).toBe(id);
      expect(await raw('EXISTS', id)).toBe(0);
    });
  });
});

describe('without merging', () => {
  describeSetups(
    ['connect-redis', 'node-redis-overwrite', 'ioredis-overwrite'],
    (setup, { resave }) => {
      for (const [name, end] of Object.entries(endings)) {
        test(`a slow modifying request undoes ${name}, ${IN_TRIALS}`, async () => {
          const trials = await inTrials(TRIALS, () => endDuring(setup(), modifying, end));
          const revived: Remains = { exists: 1, users: ['Ada', 'Ada'] };
          for (const { remains, dropped } of trials) {
            expect(remains).toEqual(revived);
            expect(dropped).toEqual([]);
          }
        });
      }

      test(`a slow reading request ${resave ? 'undoes' : 'does not undo'} a sign-out`, async () => {
        const { remains } = await endDuring(setup(), reading, async (visitor, app) => {
          return (await visitor.post(app, '/sign-out')).cookie;
        });
        expect(remains.exists).toBe(resave ? 1 : 0);
      });
    },
  );
});
