import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** An Express application with a contestant's store, in a process of its own, so that what it takes is known. */
export class ServerProcess<Name extends string, Usage> {
  readonly name: Name;
  readonly #process: ChildProcess;
  readonly #ended = new AbortController();

  private constructor(script: string, name: Name, redisUrl: string) {
    this.name = name;
    // Where the bundle has it.
    const path = fileURLToPath(new URL(script, import.meta.url));
    this.#process = fork(path, [name, redisUrl], { execArgv: ['--expose-gc'] });
    this.#process.once('exit', () => this.#ended.abort(`The server of ${name} has ended.`));
  }

  /** @returns the server, and where it listens. */
  static async start<Name extends string, Usage>(
    script: string,
    name: Name,
    redisUrl: string,
  ): Promise<[ServerProcess<Name, Usage>, url: string]> {
    const server = new ServerProcess<Name, Usage>(script, name, redisUrl);
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

  /** Does nothing where it has ended by itself. */
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
