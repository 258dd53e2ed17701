import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Contestant } from './contestants.ts';
import type { Usage } from './server.ts';

/** Where the bundle has it. */
const SERVER = fileURLToPath(new URL('./speed/server.js', import.meta.url));

/** An Express application with a contestant's store, in a process of its own, so that what it takes is known. */
export class ServerProcess {
  readonly name: Contestant;
  readonly #process: ChildProcess;
  readonly #ended = new AbortController();

  private constructor(name: Contestant, redisUrl: string) {
    this.name = name;
    this.#process = fork(SERVER, [name, redisUrl]);
    this.#process.once('exit', () => this.#ended.abort(`The server of ${name} has ended.`));
  }

  /** @returns the server, and where it listens. */
  static async start(name: Contestant, redisUrl: string): Promise<[ServerProcess, url: string]> {
    const server = new ServerProcess(name, redisUrl);
    const port = await server.#message<number>();
    return [server, `http://127.0.0.1:${port}`];
  }

  usage(): Promise<Usage> {
    const usage = this.#message<Usage>();
    this.#process.send('usage');
    return usage;
  }

  async stop(): Promise<void> {
    const exit = once(this.#process, 'exit');
    this.#process.disconnect();
    await exit;
  }

  async #message<Message>(): Promise<Message> {
    const [message] = await once(this.#process, 'message', { signal: this.#ended.signal });
    return message;
  }
}
