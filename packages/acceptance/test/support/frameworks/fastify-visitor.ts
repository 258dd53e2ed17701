import { type ChildProcess, fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';

/** The applications of process.mjs. */
export type AppName = 'one' | 'other' | 'unrolled' | 'mortal' | 'redisStore';

/** Starts them on this Redis. */
export async function startApps(
  redisUrl: string,
  prefix: string,
): Promise<{ urls: Record<AppName, string>; stop(): Promise<void> }> {
  const child: ChildProcess = fork(join(__dirname, 'fastify-process.mjs'), [redisUrl, prefix]);
  const [urls] = await once(child, 'message');
  return {
    urls,
    async stop() {
      child.disconnect();
      await once(child, 'exit');
    },
  };
}

interface Answer {
  status: number;
  text: string;
  setsCookie: boolean;
}

/** A request that waits at its gate. */
interface SlowRequest {
  /** Lets it go on, and answers what it answers. */
  finish(): Promise<Answer>;
  /** Lets it go on as far as to its next gate. */
  goOnTo(gate: string): Promise<void>;
}

/** A browser, as much of it as the applications need. */
export class Visitor {
  cookie = '';
  readonly #url: string;

  constructor(url: string, cookie = '') {
    this.#url = url;
    this.cookie = cookie;
  }

  get id(): string {
    return decodeURIComponent(this.cookie).match(/sessionId=([^.]+)/)?.[1] ?? '';
  }

  async get(path: string): Promise<Answer> {
    const response = await fetch(this.#url + path, { headers: { cookie: this.cookie } });
    const [cookie] = response.headers.getSetCookie();
    this.cookie = cookie?.split(';')[0] ?? this.cookie;
    return { status: response.status, text: await response.text(), setsCookie: Boolean(cookie) };
  }

  /** Begins a slow request beside whatever else this visitor does, and answers when it has read its session. */
  async begin(path: string): Promise<SlowRequest> {
    let gate: string = randomUUID();
    const answer = new Visitor(this.#url, this.cookie).get(`/slow${path}?gate=${gate}`);
    await this.get(`/test/arrived/${gate}`);
    const open = () => this.get(`/test/open/${gate}`);
    return {
      finish: async () => {
        await open();
        return answer;
      },
      goOnTo: async (next) => {
        await open();
        gate += `-${next}`;
        await this.get(`/test/arrived/${gate}`);
      },
    };
  }
}
