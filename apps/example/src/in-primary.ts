import cluster from 'node:cluster';
import { randomUUID } from 'node:crypto';
import { on } from 'node:events';

/** What the primary process answers a worker. */
interface Answer {
  answerTo: string;
  answer?: unknown;
  error?: string;
}

const LIMIT_MS = 3000;

/**
 * Makes a function whose work the primary process does, whichever process calls it; without workers, that is this one.
 * To be called in both, before they talk.
 * @param name tells it from others that are made so.
 * @param work what it answers must survive JSON.
 */
export function inPrimary<Result>(
  name: string,
  work: () => Promise<Result> | Result,
): () => Promise<Result> {
  if (cluster.isWorker) return () => askPrimary(name) as Promise<Result>;
  cluster.on('message', async (worker, { inPrimary, id }) => {
    if (inPrimary !== name) return;
    const outcome = await outcomeOf(work);
    if (worker.isConnected()) worker.send({ answerTo: id, ...outcome } satisfies Answer);
  });
  return async () => work();
}

async function outcomeOf(work: () => unknown): Promise<Omit<Answer, 'answerTo'>> {
  try {
    return { answer: await work() };
  } catch (error) {
    return { error: String(error) };
  }
}

/** @throws where the primary fails, or does not answer in time. */
async function askPrimary(inPrimary: string): Promise<unknown> {
  const id = randomUUID();
  const messages = on(process, 'message', { signal: AbortSignal.timeout(LIMIT_MS) });
  process.send?.({ inPrimary, id });
  for await (const [{ answerTo, answer, error }] of messages as AsyncIterable<[Answer]>) {
    if (answerTo !== id) continue;
    if (error !== undefined) throw new Error(error);
    return answer;
  }
}
