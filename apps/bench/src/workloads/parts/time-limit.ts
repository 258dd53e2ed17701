import { TimeLimit } from '../../../../../packages/core/src/redis/time-limit.ts';
import { answering } from './answering.ts';
import { AT_ONCE, atOnce, cpuTime } from './cpu-time.ts';
import { TIMEOUT_MS } from './guarded.ts';
import type { Contestant, Part } from './part.ts';

const NO_LIMIT = 'no limit';

export const timeLimits: Part = {
  about: `Waits for promises with a limit of ${TIMEOUT_MS / 1000} seconds, ${AT_ONCE} at a time. They resolve in the next turn of the event loop.`,
  contestants: {
    TimeLimit: waiting(() => {
      const limit = new TimeLimit(TIMEOUT_MS);
      return (promise) => limit.within(promise);
    }),
    'a `setTimeout` for each promise, cleared': waiting(() => withTimer),
    [NO_LIMIT]: waiting(() => (promise) => promise),
  },
  without: NO_LIMIT,
};

type Within = <Result>(promise: Promise<Result>) => Promise<Result>;

function waiting(create: () => Within): Contestant {
  return cpuTime(() => {
    const within = create();
    const answer = answering('answer');
    return atOnce(() => within(answer()));
  });
}

function withTimer<Result>(promise: Promise<Result>): Promise<Result> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('It took too long.')), TIMEOUT_MS);
    promise.then(
      (result) => {
        clearTimeout(timer);
        resolve(result);
      },
      (error) => {
        clearTimeout(timer);
        reject(error);
      },
    );
  });
}
