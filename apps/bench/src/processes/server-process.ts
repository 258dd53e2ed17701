import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';

/** The parent's side of an application that `serve` of serve.ts runs in its own process, so that its usage is measurable. */
export class ServerProcess<Usage> {
  readonly #process: ChildProcess;
  readonly #ended = new AbortController();

  private constructor(script: URL, name: string, redisUrl: string) {
    this.#process = fork(script, [name, redisUrl], { execArgv: ['--expose-gc'] });
    this.#process.once('exit', () => this.#ended.abort(`The server of ${name} has ended.`));
  }

  /** @returns the server, and the URL where it listens. */
  static async start<Usage>(
    script: URL,
    name: string,
    redisUrl: string,
  ): Promise<[ServerProcess<Usage>, url: string]> {
    const server = new ServerProcess<Usage>(script, name, redisUrl);
    const port = await server.#message<number>();
    return [server, `http://127.0.0.1:${port}`];
  }

  get hasEnded(): boolean {
    return this.#ended.signal.aborted;
  }

  usage(): Promise<Usage> {
    const usage = this.#message<Usage>();
    this.#process.send('usage');
    return usage;
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
