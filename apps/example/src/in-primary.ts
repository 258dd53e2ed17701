import cluster from 'node:cluster';
import { randomUUID } from 'node:crypto';
import { on } from 'node:events';

/** What the primary process answers a worker. */
interface Answer {
  answerTo: string;
  result?: unknown;
  error?: string;
}

const LIMIT_MS = 3000;

/**
 * Makes a function whose work the primary process does, whichever process calls it; without workers, that is this one.
 * @param name tells it from others that are made so.
 * @param work is given and answers only what survives JSON.
 */
export function inPrimary<Argument = void, Result = unknown>(
  name: string,
  work: (argument: Argument) => Promise<Result> | Result,
): (argument: Argument) => Promise<Result> {
  if (cluster.isWorker) return (argument) => askPrimary(name, argument) as Promise<Result>;
  cluster.on('message', async (worker, { inPrimary, id, argument }) => {
    if (inPrimary !== name) return;
    const outcome = await outcomeOf(() => work(argument));
    if (worker.isConnected()) worker.send({ answerTo: id, ...outcome } satisfies Answer);
  });
  return async (argument) => work(argument);
}

async function outcomeOf(work: () => unknown): Promise<Omit<Answer, 'answerTo'>> {
  try {
    return { result: await work() };
  } catch (error) {
    return { error: String(error) };
  }
}

/** @throws where the primary fails, or does not answer in time. */
async function askPrimary(inPrimary: string, argument: unknown): Promise<unknown> {
  const id = randomUUID();
  const messages = on(process, 'message', { signal: AbortSignal.timeout(LIMIT_MS) });
  process.send?.({ inPrimary, id, argument });
  for await (const [{ answerTo, result, error }] of messages as AsyncIterable<[Answer]>) {
    if (answerTo !== id) continue;
    if (error !== undefined) throw new Error(error);
    return result;
  }
}
