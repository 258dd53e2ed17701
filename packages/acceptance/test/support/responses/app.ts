import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { RedisStore } from '@holdfast/core';
import { saveBeforeResponse } from '@holdfast/core/express';
import express, { type ErrorRequestHandler, type RequestHandler } from 'express';
import express4 from 'express-4';
import session, { type SessionOptions } from 'express-session';
import session17 from 'express-session-1.17';

declare module 'express-session' {
  interface SessionData {
    message?: string;
  }
}

export interface Stack {
  express: typeof express;
  session: typeof session;
  client: 'node-redis' | 'ioredis';
}

/** The oldest and the newest versions, each with another client. */
export const stacks: Record<string, Stack> = {
  'Express 5, express-session 1.19 and node-redis': { express, session, client: 'node-redis' },
  'Express 4, express-session 1.17 and ioredis': {
    express: express4,
    session: session17,
    client: 'ioredis',
  },
};

/** What an application consists of, in this order. */
export interface AppParts {
  stack: Stack;
  before?: RequestHandler[];
  store: RedisStore;
  options?: Partial<SessionOptions>;
  /** Whether express-session is used without `saveBeforeResponse`. */
  isPlain?: boolean;
  behind?: RequestHandler[];
  /** Handles the requests whose path is its name. */
  routes: Record<string, RequestHandler>;
  /** The folder of its pages. */
  views?: string;
  /** By default, responds with the status and the code of the error. */
  onError?: ErrorRequestHandler;
}

/** An application that listens. */
export interface ServedApp {
  url: string;
  /** The errors that reached its error handler, in order. */
  errors: unknown[];
  /** How many responses have finished. */
  finished: number;
  close(): Promise<void>;
}

export async function serve(parts: AppParts): Promise<ServedApp> {
  const { stack, before = [], store, options, isPlain = false, behind = [], routes, views } = parts;
  const app = stack.express();
  const sessions = stack.session({
    store,
    secret: 'keyboard cat',
    resave: false,
    saveUninitialized: false,
    ...options,
  });
  const served: Omit<ServedApp, 'url' | 'close'> = { errors: [], finished: 0 };
  app.set('views', views);
  app.engine('txt', (_path, { text }: { text?: string }, done) => done(null, `page: ${text}`));
  app.use((_request, response, next) => {
    response.on('finish', () => served.finished++);
    next();
  });
  for (const middleware of before) app.use(middleware);
  app.use(isPlain ? sessions : saveBeforeResponse(sessions));
  for (const middleware of behind) app.use(middleware);
  app.post('/sign-in', (request, response) => {
    request.session.message = 'signed in';
    response.send('signed in');
  });
  for (const [name, handler] of Object.entries(routes)) app.all(`/${name}`, handler);
  app.use(((error, _request, _response, next) => {
    served.errors.push(error);
    next(error);
  }) as ErrorRequestHandler);
  app.use(parts.onError ?? sendCode);
  // Express's own error page would also print the error.
  app.set('env', 'test');

  const server = app.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return Object.assign(served, {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  });
}

const sendCode: ErrorRequestHandler = (error, _request, response, next) => {
  if (response.headersSent) return next(error);
  response.status(error.status ?? 500).json({ failed: error.code });
};

/** A visitor who is signed in. */
export class Visitor {
  readonly #app: ServedApp;
  readonly #cookie: string;

  private constructor(app: ServedApp, cookie: string) {
    this.#app = app;
    this.#cookie = cookie;
  }

  static async signIn(app: ServedApp): Promise<Visitor> {
    const response = await fetch(`${app.url}/sign-in`, { method: 'POST' });
    await response.text();
    const [cookie = ''] = response.headers.getSetCookie();
    return new Visitor(app, cookie.split(';')[0] ?? '');
  }

  /** The key of the session. */
  get key(): string {
    const value = decodeURIComponent(this.#cookie.replace('connect.sid=', ''));
    return `sess:${value.slice('s:'.length, value.lastIndexOf('.'))}`;
  }

  /** Requests a page without following redirects. Resolves when the headers of the response have arrived. */
  visit(
    path: string,
    { method = 'GET', headers = {}, signal }: RequestInit = {},
  ): Promise<Response> {
    return fetch(`${this.#app.url}/${path}`, {
      method,
      headers: { cookie: this.#cookie, ...headers },
      redirect: 'manual',
      signal: signal ?? null,
    });
  }
}
