import { setMaxListeners } from 'node:events';
import {
  type CircuitBreakerPolicy,
  ConsecutiveBreaker,
  circuitBreaker,
  handleAll,
  TimeoutStrategy,
  timeout,
  wrap,
} from 'cockatiel';
import Opossum from 'opossum';
import { TimeLimit } from '../../../../../packages/core/src/redis/time-limit.ts';
import { answering } from './answering.ts';
import { AT_ONCE, atOnce, cpuTime } from './cpu-time.ts';
import { guarded, TIMEOUT_MS } from './guarded.ts';
import type { Contestant, Part } from './part.ts';

const KEY = 'sess:id';
const RETRY_MS = 250;
const MAX_FAILURES = 5;
const UNGUARDED = 'no breaker, no limit';

export const circuitBreakers: Part = {
  about: `Calls an async function, ${AT_ONCE} times at the same time. It succeeds in the next turn of the event loop. The time limit is
${TIMEOUT_MS / 1000} seconds. The libraries run with the options that make them fastest: opossum calculates no percentiles, and cockatiel
does not abort what has returned.`,
  contestants: {
    'CircuitBreaker and TimeLimit, in GuardedRedis': calling((answer) => {
      const redis = guarded(answer);
      return () => redis.get(KEY);
    }),
    'opossum and its timeout': calling((answer) => {
      const breaker = opossum(answer, TIMEOUT_MS);
      return () => breaker.fire();
    }),
    'opossum and TimeLimit': calling((answer) => {
      const limit = new TimeLimit(TIMEOUT_MS);
      const breaker = opossum(() => limit.within(answer()), false);
      return () => breaker.fire();
    }),
    'cockatiel and its timeout': calling((answer) => {
      const limit = timeout(TIMEOUT_MS, {
        strategy: TimeoutStrategy.Aggressive,
        abortOnReturn: false,
      });
      const policy = wrap(cockatiel(), limit);
      const { signal } = new AbortController();
      // cockatiel adds one for each call that waits, and Node would warn.
      setMaxListeners(0, signal);
      return () => policy.execute(answer, signal);
    }),
    'cockatiel and TimeLimit': calling((answer) => {
      const limit = new TimeLimit(TIMEOUT_MS);
      const policy = cockatiel();
      return () => policy.execute(() => limit.within(answer()));
    }),
    [UNGUARDED]: calling((answer) => answer),
  },
  without: UNGUARDED,
};

type Answer = () => Promise<string>;

function calling(guard: (answer: Answer) => () => Promise<unknown>): Contestant {
  return cpuTime(() => atOnce(guard(answering('answer'))));
}

function opossum(call: Answer, timeoutMs: number | false): Opossum<[], string> {
  return new Opossum(call, {
    timeout: timeoutMs,
    resetTimeout: RETRY_MS,
    volumeThreshold: MAX_FAILURES,
    rollingPercentilesEnabled: false,
  });
}

function cockatiel(): CircuitBreakerPolicy {
  return circuitBreaker(handleAll, {
    halfOpenAfter: RETRY_MS,
    breaker: new ConsecutiveBreaker(MAX_FAILURES),
  });
}
