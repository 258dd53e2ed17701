import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

/** A process of Node that runs a file of this folder. */
export interface Child<Message> {
  process: ChildProcess;
  /** The first message that it sent. */
  message: Message;
  /** Ends the process by closing its channel, and waits until it has ended. */
  stop(): Promise<void>;
}

/**
 * Starts a process, and waits for its first message.
 * @throws Error if it ends before.
 */
export async function startChild<Message>(file: string, args: string[]): Promise<Child<Message>> {
  const child = fork(join(__dirname, file), args, { execArgv: [] });
  const exited = once(child, 'exit');
  const early = exited.then(([code]) => {
    throw new Error(`${file} ended with exit code ${code} before it was ready.`);
  });
  const [message] = await Promise.race([once(child, 'message'), early]);
  early.catch(() => {});
  return {
    process: child,
    message: message as Message,
    async stop() {
      if (child.connected) child.disconnect();
      await exited;
    },
  };
}
