import { type ChildProcess, fork } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { startRedis, type TestRedis } from '@holdfast/test-servers';

/** What a request does to its session, in this order. */
export interface Work {
  /** Changes that are saved before all else, in a save of their own. */
  saveFirst?: Changes;
  /** Where it waits, with the session that it has read, until the test opens the gate. */
  gate?: string;
  delayMs?: number;
  set?: object;
  unset?: string[];
  /** Items that are added to the list `items` within a field. */
  push?: Record<string, unknown>;
}

type Changes = Pick<Work, 'set' | 'unset' | 'push'>;

export interface Answer {
  status: number;
  body: Record<string, unknown>;
  cookie: string | undefined;
}

/** What happened in an application since it started. */
export interface Log {
  dropped: { handle: string; reason: string }[];
  commands: Record<string, number>;
  /** The session of the last request that came to each gate. */
  gates: Record<string, string>;
  resolved: { field: string; base: unknown; mine: unknown; theirs: unknown }[];
}

interface Stored {
  id?: string;
  cookie: { expires: string };
}

/** One application in one of the processes. */
export class App {
  readonly #url: string;
  /** What the keys of its sessions begin with. */
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
    if (!response.ok) throw new Error(`${method} ${path} was answered ${response.status}: ${text}`);
    return {
      status: response.status,
      body: JSON.parse(text),
      cookie: response.headers.getSetCookie()[0]?.split(';')[0],
    };
  }

  /** Follows a redirect as browsers do: as soon as its headers are there, with the cookie that they set. Answers the session's fields there. */
  async follow(path: string, cookie: string, body: object): Promise<Record<string, unknown>> {
    const headers = { cookie, 'content-type': 'application/json' };
    const init = {
      method: 'POST',
      headers,
      body: JSON.stringify(body),
      redirect: 'manual' as const,
    };
    const response = await fetch(this.#url + path, init);
    if (response.status !== 302) throw new Error(`${path} was answered ${response.status}.`);
    const next = response.headers.getSetCookie()[0]?.split(';')[0] ?? cookie;
    const { body: shown } = await this.request('GET', '/', next);
    await response.arrayBuffer();
    return shown.fields as Record<string, unknown>;
  }

  /** Answers when this many requests wait at the gate. */
  async arrived(gate: string, count = 1): Promise<void> {
    await this.request('GET', `/test/gates/${gate}/arrived/${count}`);
  }

  async open(gate: string): Promise<void> {
    await this.request('POST', `/test/gates/${gate}/open`);
  }

  /** Ends a session by its id alone, as when an administrator does. */
  async destroy(id: string): Promise<void> {
    await this.request('DELETE', `/test/sessions/${id}`);
  }

  /** Ends all sessions of a user but one, and answers how many. */
  async destroyByUser(user: string, except: string): Promise<number> {
    const { body } = await this.request('DELETE', `/test/users/${user}/sessions`, '', { except });
    return Number(body.ended);
  }

  /** Counts up in a session with `store.update`, many times at once. */
  async count(id: string, times: number, delayMs = 0): Promise<(number | null)[]> {
    const path = `/test/sessions/${id}/count`;
    const { body } = await this.request('POST', path, '', { times, delayMs });
    return body.counts as (number | null)[];
  }

  /** What `store.get` and `store.all` answer. */
  async stored(id: string): Promise<{ get: Stored; all: Stored[] }> {
    const { body } = await this.request('GET', `/test/sessions/${id}`);
    return body as { get: Stored; all: Stored[] };
  }

  async log(): Promise<Log> {
    const { body } = await this.request('GET', '/test/log');
    return body as unknown as Log;
  }

  /** The reasons of the `dropped` events about this session. */
  async droppedReasons(id: string): Promise<string[]> {
    const hash = createHash('sha256').update(id).digest('hex');
    const { dropped } = await this.log();
    return dropped.filter(({ handle }) => handle === hash).map(({ reason }) => reason);
  }
}

/** Someone who is signed in, and shows the same cookie to every application. */
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

  async visit(app: App): Promise<{ fields: Record<string, unknown>; endsAt: number }> {
    const { body } = await app.request('GET', '/', this.cookie);
    return body as { fields: Record<string, unknown>; endsAt: number };
  }
}

/** A Redis, and two processes that serve the same applications on it. */
export interface TwoProcesses {
  redis: TestRedis;
  /** The application of this kind in each process. */
  apps(kind: string, resave: boolean): [App, App];
  stop(): Promise<void>;
}

export async function startTwoProcesses(): Promise<TwoProcesses> {
  const redis = await startRedis();
  const run = `concurrency:${randomUUID()}`;
  const [first, second] = await Promise.all([start(redis.url, run), start(redis.url, run)]);
  return {
    redis,
    apps(kind, resave) {
      const name = `${kind}-${resave ? 'resave' : 'no-resave'}`;
      const app = ({ port }: Started) =>
        new App(`http://127.0.0.1:${port}/${name}`, `${run}:${name}:`);
      return [app(first), app(second)];
    },
    async stop() {
      await Promise.all([stop(first.child), stop(second.child)]);
      await redis.stop();
    },
  };
}

interface Started {
  child: ChildProcess;
  port: number;
}

async function start(redisUrl: string, run: string): Promise<Started> {
  const child = fork(join(__dirname, 'process.mjs'), [redisUrl, run], { execArgv: [] });
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`An application's process ended with exit code ${code}.`);
  });
  const [port] = await Promise.race([once(child, 'message'), ended]);
  ended.catch(() => {});
  return { child, port };
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill();
  await once(child, 'exit');
}
