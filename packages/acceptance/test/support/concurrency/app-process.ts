import { createHash, randomUUID } from 'node:crypto';
import { startRedis, startRedisProxy, type TestRedis } from '@holdfast/test-servers';
import { type Child, startChild } from '../child-process.ts';

/** How long a session lives in the applications. */
export const MAX_AGE_MS = 60_000;

/** What a request does to its session, in this order. */
export interface Work {
  /** Changes that are saved before all else, in a save of their own. */
  saveFirst?: Changes;
  /** The gate at which it waits, with the session that it has read, until the test opens the gate. */
  gate?: string;
  delayMs?: number;
  set?: object;
  unset?: string[];
  /** Elements to append to the lists in these fields. */
  push?: Record<string, unknown>;
  /** Fields whose number increases by one. */
  count?: string[];
  /** Fields that become empty lists. */
  empty?: string[];
}

type Changes = Pick<Work, 'set' | 'unset' | 'push' | 'count' | 'empty'>;

export interface Answer {
  status: number;
  body: Record<string, unknown>;
  cookie: string | undefined;
}

/** What has happened in an application since it started. */
export interface Log {
  dropped: { handle: string; reason: string }[];
  conflicts: { handle: string; path: string[] }[];
  commands: Record<string, number>;
  /** The session of the last request that came to each gate. */
  gates: Record<string, string>;
  resolved: { path: string[]; base: unknown; mine: unknown; theirs: unknown }[];
}

interface Stored {
  id?: string;
  cookie: { expires: string };
}

/** One application in one of the processes. */
export class App {
  readonly #url: string;
  /** The prefix of its keys. */
  readonly prefix: string;

  constructor(url: string, prefix: string) {
    this.#url = url;
    this.prefix = prefix;
  }

  async request(method: string, path: string, cookie = '', body?: object): Promise<Answer> {
    const headers = { cookie, 'content-type': 'application/json' };
    const sent = body === undefined ? null : JSON.stringify(body);
    const response = await fetch(this.#url + path, { method, headers, body: sent });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path} has status ${response.status}: ${text}`);
    return {
      status: response.status,
      body: JSON.parse(text),
      cookie: response.headers.getSetCookie()[0]?.split(';')[0],
    };
  }

  /**
   * Follows a redirect as browsers do: as soon as its headers arrive, with the cookie that they set.
   * @param at where the next page is read.
   * @returns the fields of the session after it.
   */
  async follow(
    path: string,
    cookie: string,
    body: object,
    at: App = this,
  ): Promise<Record<string, unknown>> {
    const headers = { cookie, 'content-type': 'application/json' };
    const init = {
      method: 'POST',
      headers,
      body: JSON.stringify(body),
      redirect: 'manual' as const,
    };
    const response = await fetch(this.#url + path, init);
    if (response.status !== 302) throw new Error(`${path} has status ${response.status}.`);
    const next = response.headers.getSetCookie()[0]?.split(';')[0] ?? cookie;
    const { body: shown } = await at.request('GET', '/', next);
    await response.arrayBuffer();
    return shown.fields as Record<string, unknown>;
  }

  /** Resolves when this many requests wait at the gate. */
  async arrived(gate: string, count = 1): Promise<void> {
    await this.request('GET', `/test/gates/${gate}/arrived/${count}`);
  }

  async open(gate: string): Promise<void> {
    await this.request('POST', `/test/gates/${gate}/open`);
  }

  /** Stores an object that was not read from the store. */
  async put(id: string, session: object): Promise<void> {
    await this.request('PUT', `/test/sessions/${id}`, '', session);
  }

  /** Destroys a session by its id alone, as an administrator does. */
  async destroy(id: string): Promise<void> {
    await this.request('DELETE', `/test/sessions/${id}`);
  }

  /** Destroys all sessions of a user except one. @returns how many. */
  async destroyByUser(user: string, except: string): Promise<number> {
    const { body } = await this.request('DELETE', `/test/users/${user}/sessions`, '', { except });
    return Number(body.ended);
  }

  /** Increments a counter in a session by many concurrent calls of `store.update`. */
  async count(id: string, times: number, delayMs = 0): Promise<(number | null)[]> {
    const path = `/test/sessions/${id}/count`;
    const { body } = await this.request('POST', path, '', { times, delayMs });
    return body.counts as (number | null)[];
  }

  /** Returns the results of `store.get` and `store.all`. */
  async stored(id: string): Promise<{ get: Stored; all: Stored[] }> {
    const { body } = await this.request('GET', `/test/sessions/${id}`);
    return body as { get: Stored; all: Stored[] };
  }

  async log(): Promise<Log> {
    const { body } = await this.request('GET', '/test/log');
    return body as unknown as Log;
  }

  /** Returns the reasons of the `dropped` events of this session. */
  async droppedReasons(id: string): Promise<string[]> {
    const { dropped } = await this.log();
    return dropped.filter(({ handle }) => handle === handleOf(id)).map(({ reason }) => reason);
  }

  /** Returns the paths of the `conflict` events of this session. */
  async conflicts(id: string): Promise<string[]> {
    const { conflicts } = await this.log();
    return conflicts
      .filter(({ handle }) => handle === handleOf(id))
      .map(({ path }) => path.join('.'));
  }
}

function handleOf(id: string): string {
  return createHash('sha256').update(id).digest('hex');
}

/** What a page shows of its session. */
interface Page {
  fields: Record<string, unknown>;
  endsAt: number;
  /** Why the session of the cookie was ended, if it was. */
  ended?: string;
}

/** A user who is signed in, and sends the same cookie to every application. */
export class Visitor {
  readonly id: string;
  readonly cookie: string;

  private constructor(id: string, cookie: string) {
    this.id = id;
    this.cookie = cookie;
  }

  static async signIn(app: App, fields: object = {}): Promise<Visitor> {
    const { body, cookie } = await app.request('POST', '/work', '', {
      set: { user: 'Ada', ...fields },
    });
    if (cookie === undefined) throw new Error('The application did not sign the visitor in.');
    return new Visitor(String(body.id), cookie);
  }

  work(app: App, work: Work): Promise<Answer> {
    return app.request('POST', '/work', this.cookie, work);
  }

  post(app: App, path: string): Promise<Answer> {
    return app.request('POST', path, this.cookie, {});
  }

  async visit(app: App): Promise<Page> {
    const { body } = await app.request('GET', '/', this.cookie);
    return body as unknown as Page;
  }
}

/** A Redis, and two processes that serve the same applications. */
export interface TwoProcesses {
  redis: TestRedis;
  /** Returns the application of this kind in each process. */
  apps(kind: string, resave: boolean): [App, App];
  stop(): Promise<void>;
}

/** @param awayMs how many milliseconds Redis is away from the processes, in each direction. */
export async function startTwoProcesses(awayMs = 0): Promise<TwoProcesses> {
  const redis = await startRedis();
  const proxy = await startRedisProxy(redis.url);
  proxy.moveAway(awayMs);
  const { url } = awayMs > 0 ? proxy : redis;
  const run = `concurrency:${randomUUID()}`;
  const start = () => startChild<number>('concurrency/process.mjs', [url, run]);
  const [first, second] = await Promise.all([start(), start()]);
  return {
    redis,
    apps(kind, resave) {
      const name = `${kind}-${resave ? 'resave' : 'no-resave'}`;
      const app = ({ message: port }: Child<number>) =>
        new App(`http://127.0.0.1:${port}/${name}`, `${run}:${name}:`);
      return [app(first), app(second)];
    },
    async stop() {
      await Promise.all([first.stop(), second.stop()]);
      await proxy.cut();
      await redis.stop();
    },
  };
}
