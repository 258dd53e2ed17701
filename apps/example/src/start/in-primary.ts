import cluster from 'node:cluster';
import { randomUUID } from 'node:crypto';
import { within } from '../time-limit.ts';

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

/** What this process waits for the primary to answer, by the ids of its questions. */
const asked = new Map<string, (answer: Answer) => void>();
if (cluster.isWorker)
  process.on('message', (answer: Answer) => asked.get(answer.answerTo)?.(answer));

/** @throws where the primary fails, or does not answer in time. */
async function askPrimary(inPrimary: string, argument: unknown): Promise<unknown> {
  const id = randomUUID();
  const answer = new Promise<Answer>((resolve) => asked.set(id, resolve));
  process.send?.({ inPrimary, id, argument });
  try {
    const { result, error } = await within(LIMIT_MS, answer);
    if (error !== undefined) throw new Error(error);
    return result;
  } finally {
    asked.delete(id);
  }
}
