import { describeServerErrors, type Runner } from '@holdfast/conformance';
import { serverError } from '@holdfast/core/adapter';
import { fromIoredis } from '@holdfast/ioredis';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Redis } from 'ioredis';
import { Redis as Iovalkey } from 'iovalkey';
import { fromIovalkey } from '../support/adapters/from-iovalkey.ts';
import { codes, said } from '../support/adapters/glide-errors.ts';

const runner = { describe, test, beforeAll, afterAll };

describeServerErrors(runner, 'iovalkey', async (url) => {
  const client = new Iovalkey(url);
  return { redis: fromIovalkey(client), close: () => client.disconnect() };
});

/** Connects a client whose errors an adapter sees only as a function returns them. */
async function connected(url: string, change: (error: Error) => Error) {
  const client = new Redis(url);
  const redis = fromIoredis(client);
  const changed = new Proxy(redis, {
    get(target, name) {
      const method = Reflect.get(target, name);
      if (typeof method !== 'function' || name === 'markerOf') return method;
      if (name === 'scan') return (match: string, count: number) => scan(match, count);
      return (...args: unknown[]) => rejected(Reflect.apply(method, target, args));
    },
  });
  const rejected = (result: Promise<unknown>) =>
    result.catch((error) => {
      throw change(error);
    });
  async function* scan(match: string, count: number) {
    try {
      yield* redis.scan(match, count);
    } catch (error) {
      throw change(error as Error);
    }
  }
  return { redis: changed, close: () => client.disconnect() };
}

describeServerErrors(runner, 'an adapter that says which error it is', (url) =>
  connected(url, (error) => {
    const reworded = said(error.message);
    const code = codes[/ - (\w+): /.exec(reworded)?.[1] ?? ''];
    return code === undefined ? new Error(reworded) : serverError(code, new Error(reworded));
  }),
);

describe('the conformance suite', () => {
  test('fails for an adapter that passes on errors that its client rewords', async () => {
    const tests: Record<string, () => Promise<void>> = {};
    const collecting: Runner = {
      describe: (_, define) => define(),
      test: (name, run) => {
        tests[name.split(' ')[0] ?? ''] = run;
      },
      beforeAll: () => {},
      afterAll: () => {},
    };
    describeServerErrors(collecting, 'glide', (url) =>
      connected(url, (error) => new Error(said(error.message))),
    );
    for (const [name, run] of Object.entries(tests)) {
      const outcome = run().then(
        () => 'passed',
        () => 'failed',
      );
      const isReworded = Object.values(codes).includes(name);
      expect([name, await outcome]).toEqual([name, isReworded ? 'failed' : 'passed']);
    }
  });
});
