import cluster from 'node:cluster';
import { randomUUID } from 'node:crypto';
import { withTimeout } from '../with-timeout.ts';

/** The reply of the primary process to a worker. */
interface Reply {
  replyTo: string;
  result?: unknown;
  error?: string;
}

const TIMEOUT_MS = 3000;

/**
 * Returns a function that always runs in the primary process, whichever process calls it. Without workers, that is the
 * current process.
 * @param name identifies the function in messages.
 * @param work takes and returns only what JSON can represent.
 */
export function inPrimary<Argument = void, Result = unknown>(
  name: string,
  work: (argument: Argument) => Promise<Result> | Result,
): (argument: Argument) => Promise<Result> {
  if (cluster.isWorker) return (argument) => callPrimary(name, argument) as Promise<Result>;
  cluster.on('message', async (worker, { inPrimary, id, argument }) => {
    if (inPrimary !== name) return;
    const outcome = await outcomeOf(() => work(argument));
    if (worker.isConnected()) worker.send({ replyTo: id, ...outcome } satisfies Reply);
  });
  return async (argument) => work(argument);
}

async function outcomeOf(work: () => unknown): Promise<Omit<Reply, 'replyTo'>> {
  try {
    return { result: await work() };
  } catch (error) {
    return { error: String(error) };
  }
}

/** The calls of this process that have no reply yet, by id. */
const pending = new Map<string, (reply: Reply) => void>();
if (cluster.isWorker) process.on('message', (reply: Reply) => pending.get(reply.replyTo)?.(reply));

/** @throws if the primary fails or does not reply in time. */
async function callPrimary(inPrimary: string, argument: unknown): Promise<unknown> {
  const id = randomUUID();
  const reply = new Promise<Reply>((resolve) => pending.set(id, resolve));
  process.send?.({ inPrimary, id, argument });
  try {
    const { result, error } = await withTimeout(TIMEOUT_MS, reply);
    if (error !== undefined) throw new Error(error);
    return result;
  } finally {
    pending.delete(id);
  }
}
