import { sized } from '@holdfast/test-servers';
import { describe, expect, test } from '@jest/globals';
import { Visitor } from '../support/concurrency/app-process.ts';
import { describeSetups, inTrials } from '../support/concurrency/setups.ts';

const TRIALS = sized(4, 20);

const KINDS = ['node-redis', 'ioredis'].flatMap((client) => [
  client,
  `${client}-indexed`,
  `${client}-counting`,
  `${client}-overwrite`,
]);

describe('what a request saves before a redirect is there after it, in the same process,', () => {
  describeSetups(
    KINDS,
    (setup, { kind, resave }) => {
      // With overwrite, another request may replace the message with what it has read, unless it only touches.
      const overwrites = kind.endsWith('overwrite');
      for (const others of overwrites && resave ? [0] : [0, 1, 3]) {
        test(`beside ${others} other requests of the session`, async () => {
          const { first } = setup();
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
        const { first } = setup();
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
