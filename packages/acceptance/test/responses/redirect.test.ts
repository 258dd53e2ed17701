import { sized } from '@holdfast/test-servers';
import { describe, expect, test } from '@jest/globals';
import { startTwoProcesses, Visitor } from '../support/concurrency/app-process.ts';
import { inTrials } from '../support/concurrency/setups.ts';
import { useResource } from '../support/resources.ts';

const TRIALS = sized(4, 20);

/** A command and its reply take 30 ms. */
const AWAY_MS = 15;

const KINDS = ['node-redis', 'ioredis'].flatMap((client) => [
  `${client}-held`,
  `${client}-indexed-held`,
]);

describe('in another process, with Redis far away,', () => {
  const processes = useResource(
    () => startTwoProcesses(AWAY_MS),
    (two) => two.stop(),
  );

  describe.each(KINDS)('%s:', (kind) => {
    test.each([0, 1, 3])(
      'what a request saves before a redirect is there after it, beside %i other requests',
      async (others) => {
        const [first, second] = processes().apps(kind, false);
        const missing = await inTrials(TRIALS, async (trial) => {
          const visitor = await Visitor.signIn(first);
          const beside = inTrials(others, () => visitor.work(first, { set: { trial } }));
          const message = `message ${trial}`;
          const fields = await first.follow('/flash', visitor.cookie, { message }, second);
          await beside;
          return fields.message === message ? [] : [message];
        });
        expect(missing.flat()).toEqual([]);
      },
    );

    test('a sign-in is there after its redirect', async () => {
      const [first, second] = processes().apps(kind, false);
      const users = await inTrials(TRIALS, async (trial) => {
        const visitor = await Visitor.signIn(first);
        const body = { user: `user${trial}` };
        return (await first.follow('/sign-in', visitor.cookie, body, second)).user;
      });
      expect(users).toEqual(users.map((_, trial) => `user${trial}`));
    });
  });
});
