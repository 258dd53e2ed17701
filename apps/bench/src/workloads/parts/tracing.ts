import { tracingChannel } from 'node:diagnostics_channel';
import { traced } from '../../../../../packages/core/src/util/tracing.ts';
import { answering } from './answering.ts';
import { AT_ONCE, atOnce, cpuTime } from './cpu-time.ts';
import type { Contestant, Part } from './part.ts';

export const tracing: Part = {
  about: `Runs an operation that waits for one promise, ${AT_ONCE} at a time. The channels have no subscribers. To subscribers, \`tracePromise\`
would publish the operation's result, which is a session's content.`,
  contestants: {
    traced: operating((run) => () => traced('get', 'id', run)),
    "Node's `tracePromise`": operating((run) => {
      const channel = tracingChannel('bench:get');
      return () => {
        const trace = { operation: 'get' };
        return channel.tracePromise(() => run(trace), trace);
      };
    }),
    'no tracing': operating((run) => () => run({ operation: 'get' })),
  },
};

type Run = (trace: { operation: string; outcome?: unknown }) => Promise<string>;

function operating(trace: (run: Run) => () => Promise<string>): Contestant {
  return cpuTime(() => {
    const answer = answering('answer');
    const run: Run = async (trace) => {
      const result = await answer();
      trace.outcome = 'hit';
      return result;
    };
    return atOnce(trace(run));
  });
}
