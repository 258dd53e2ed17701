import { randomUUID } from 'node:crypto';
import { type Child, startChild } from '../child-process.ts';

/** The applications of fastify-process.mjs. */
export type AppName = 'one' | 'other' | 'unrolled' | 'mortal' | 'redisStore';

/** Starts the applications on this Redis. */
export function startApps(
  redisUrl: string,
  prefix: string,
): Promise<Child<Record<AppName, string>>> {
  return startChild('frameworks/fastify-process.mjs', [redisUrl, prefix]);
}

interface Answer {
  status: number;
  text: string;
  setsCookie: boolean;
}

/** A request that waits at its gate. */
interface SlowRequest {
  /** Lets it go on, and resolves to its answer. */
  finish(): Promise<Answer>;
  /** Lets it go on to its next gate. */
  goOnTo(gate: string): Promise<void>;
}

/** A browser that knows one cookie. */
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

  /** Begins a slow request, and resolves when it has read its session. */
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
