import { describe, expect, test } from '@jest/globals';
import { Visitor } from '../support/concurrency/app-process.ts';
import { describeSides, inTrials } from '../support/concurrency/setups.ts';

const TRIALS = 20;

const KINDS = ['node-redis', 'ioredis'].flatMap((client) => [
  client,
  `${client}-indexed`,
  `${client}-counting`,
  `${client}-overwrite`,
]);

describe('what was saved before a redirect is there after it, in the same process,', () => {
  describeSides(
    KINDS,
    (sides, { kind, resave }) => {
      // With overwrite, whatever another request has read may replace the message, so only touches can stand beside it.
      const overwrites = kind.endsWith('overwrite');
      for (const others of overwrites && resave ? [0] : [0, 1, 3]) {
        test(`beside ${others} other requests of the session`, async () => {
          const { first } = sides();
          const missing = await inTrials(TRIALS, async (trial) => {
            const visitor = await Visitor.signIn(first);
            const work = overwrites ? {} : { set: { trial } };
            const beside = inTrials(others, () => visitor.work(first, work));
            const message = `message ${trial}`;
            const fields = await first.follow('/flash', visitor.cookie, { message });
            await beside;
            return fields.message === message ? [] : [message];
          });
          expect(missing.flat()).toEqual([]);
        });
      }

      test('at a sign-in', async () => {
        const { first } = sides();
        const users = await inTrials(TRIALS, async (trial) => {
          const visitor = await Visitor.signIn(first);
          const body = { user: `user${trial}` };
          return (await first.follow('/sign-in', visitor.cookie, body)).user;
        });
        expect(users).toEqual(users.map((_, trial) => `user${trial}`));
      });
    },
    [1],
  );
});
