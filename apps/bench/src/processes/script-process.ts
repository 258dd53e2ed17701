import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';

/** The parent's side of a script that runs in its own process and calls `answerParent` of answer-parent.ts. */
export class ScriptProcess<Answer> {
  readonly #process: ChildProcess;
  readonly #ended = new AbortController();

  private constructor(script: URL, args: readonly string[]) {
    this.#process = fork(script, args, { execArgv: ['--expose-gc'] });
    this.#process.once('exit', () => this.#ended.abort(`The process of ${args[0]} has ended.`));
  }

  /** @returns the process, and what it sent when it was ready. */
  static async start<Ready, Answer>(
    script: URL,
    args: readonly string[],
  ): Promise<[ScriptProcess<Answer>, Ready]> {
    const process = new ScriptProcess<Answer>(script, args);
    return [process, await process.#message<Ready>()];
  }

  get hasEnded(): boolean {
    return this.#ended.signal.aborted;
  }

  ask(): Promise<Answer> {
    const answer = this.#message<Answer>();
    this.#process.send('ask');
    return answer;
  }

  /** Ends the process. Does nothing if it has ended already. */
  async stop(): Promise<void> {
    if (this.hasEnded) return;
    const exit = once(this.#process, 'exit');
    this.#process.disconnect();
    await exit;
  }

  async #message<Message>(): Promise<Message> {
    const [message] = await once(this.#process, 'message', { signal: this.#ended.signal });
    return message;
  }
}
