import { randomUUID } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { type App, Visitor, type Work } from '../support/concurrency/app-process.ts';
import { describeSides, inTrials, type Sides } from '../support/concurrency/setups.ts';

const TRIALS = 20;
const MAX_DELAY_MS = 10;

/** Each way to end a session; answers the cookie of the session that takes its place, if any. */
const endings: Record<string, (visitor: Visitor, app: App) => Promise<string | undefined>> = {
  'a sign-out': async (visitor, app) => (await visitor.post(app, '/sign-out')).cookie,
  regenerate: async (visitor, app) => (await visitor.post(app, '/regenerate')).cookie,
  'store.destroy': async (visitor, app) => {
    await app.destroy(visitor.id);
    return undefined;
  },
};

/** What is left of a session that was ended. */
interface Remains {
  exists: unknown;
  /** Who the cookie lets in, in each process. */
  users: unknown[];
}

const NOTHING: Remains = { exists: 0, users: [undefined, undefined] };

async function remains({ first, second, raw }: Sides, visitor: Visitor): Promise<Remains> {
  const exists = await raw('EXISTS', visitor.id);
  const visits = await Promise.all([visitor.visit(first), visitor.visit(second)]);
  return { exists, users: visits.map(({ fields }) => fields.user) };
}

/** Ends a session while a slow request that has read it is still at work. */
async function endDuring(
  sides: Sides,
  work: Work,
  end: (visitor: Visitor, app: App) => Promise<string | undefined>,
) {
  const { first, second } = sides;
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
    remains: await remains(sides, visitor),
    dropped: await first.droppedReasons(visitor.id),
    newCookie,
  };
}

const modifying: Work = { set: { slow: 1 } };
const reading: Work = {};

describe('Holdfast', () => {
  describeSides(['node-redis', 'ioredis'], (sides, { resave }) => {
    for (const [name, end] of Object.entries(endings)) {
      test(`${name} during a slow modifying request is not undone, in 20 of 20 trials`, async () => {
        const trials = await inTrials(TRIALS, () => endDuring(sides(), modifying, end));
        for (const { status, isSameId, remains, dropped } of trials) {
          expect(remains).toEqual(NOTHING);
          expect(dropped).toEqual(['gone']);
          expect([status, isSameId]).toEqual([200, true]);
        }
      });

      test(`${name} during a slow reading request is not undone, in 20 of 20 trials`, async () => {
        const trials = await inTrials(TRIALS, () => endDuring(sides(), reading, end));
        for (const { status, isSameId, remains, dropped } of trials) {
          expect(remains).toEqual(NOTHING);
          // Without resave, a request that changed nothing has nothing to drop.
          expect(dropped).toEqual(resave ? ['gone'] : []);
          expect([status, isSameId]).toEqual([200, true]);
        }
      });

      test(`${name} in the middle of modifying requests ends the session, whoever is first`, async () => {
        const trials = await inTrials(TRIALS, async () => {
          const { first, second } = sides();
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
          const answers = await Promise.all(requests);
          expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
          return remains(sides(), visitor);
        });
        expect(trials).toEqual(Array(TRIALS).fill(NOTHING));
      });
    }

    test('the session that regenerate made in its place is signed in and has nothing of the old', async () => {
      const { first } = sides();
      const { newCookie } = await endDuring(sides(), modifying, async (visitor, app) => {
        return (await visitor.post(app, '/regenerate')).cookie;
      });
      expect((await first.request('GET', '/', newCookie)).body.fields).toEqual({
        user: 'regenerated',
      });
    });

    test('the request that made a session does not revive it when it saves it again', async () => {
      const { first, second, raw } = sides();
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
  describeSides(
    ['connect-redis', 'node-redis-overwrite', 'ioredis-overwrite'],
    (sides, { resave }) => {
      for (const [name, end] of Object.entries(endings)) {
        test(`a slow modifying request undoes ${name}, in 20 of 20 trials`, async () => {
          const trials = await inTrials(TRIALS, () => endDuring(sides(), modifying, end));
          const revived: Remains = { exists: 1, users: ['Ada', 'Ada'] };
          for (const { remains, dropped } of trials) {
            expect(remains).toEqual(revived);
            expect(dropped).toEqual([]);
          }
        });
      }

      test(`a slow reading request undoes a sign-out ${resave ? 'too' : 'not'}`, async () => {
        const { remains } = await endDuring(sides(), reading, async (visitor, app) => {
          return (await visitor.post(app, '/sign-out')).cookie;
        });
        expect(remains.exists).toBe(resave ? 1 : 0);
      });
    },
  );
});
