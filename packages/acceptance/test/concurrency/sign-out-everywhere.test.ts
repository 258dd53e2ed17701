import { randomUUID } from 'node:crypto';
import { sized } from '@holdfast/test-servers';
import { expect, test } from '@jest/globals';
import { Visitor } from '../support/concurrency/app-process.ts';
import { describeSetups, inTrials, type Setup } from '../support/concurrency/setups.ts';

const TRIALS = sized(2, 20);
const DEVICES = 4;

/** Signs out everywhere else during a slow request of each device, half of them in each process. */
async function signOutElsewhere({ first, second, raw }: Setup) {
  const [user, gate] = [randomUUID(), randomUUID()];
  const signIns = Array.from({ length: DEVICES }, () => Visitor.signIn(first, { user }));
  const devices = await Promise.all(signIns);
  const requests = devices.map((device, index) =>
    device.work(index % 2 === 0 ? first : second, { gate, set: { slow: 1 } }),
  );
  const half = DEVICES / 2;
  if (first === second) await first.arrived(gate, DEVICES);
  else await Promise.all([first.arrived(gate, half), second.arrived(gate, half)]);
  const kept = devices[0]?.id ?? '';
  const ended = await second.destroyByUser(user, kept);
  await Promise.all([first.open(gate), first === second || second.open(gate)]);
  const statuses = (await Promise.all(requests)).map(({ status }) => status);
  const exist = await Promise.all(devices.map(({ id }) => raw('EXISTS', id)));
  const visits = await Promise.all(devices.map((device) => device.visit(first)));
  const isSignedIn = visits.map(({ fields }) => fields.user === user);
  const again = await second.destroyByUser(user, kept);
  return { ended, statuses, exist, isSignedIn, kept: visits[0]?.fields, again };
}

describeSetups(['node-redis-indexed', 'ioredis-indexed'], (setup) => {
  test(`a sign-out everywhere else is not undone by running requests, in ${TRIALS} of ${TRIALS} trials`, async () => {
    const trials = await inTrials(TRIALS, () => signOutElsewhere(setup()));
    for (const { ended, statuses, exist, isSignedIn, kept, again } of trials) {
      expect(ended).toBe(DEVICES - 1);
      expect(statuses).toEqual(Array(DEVICES).fill(200));
      expect(exist).toEqual([1, 0, 0, 0]);
      expect(isSignedIn).toEqual([true, false, false, false]);
      expect(kept).toMatchObject({ slow: 1 });
      expect(again).toBe(0);
    }
  });
});
