import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import express from 'express';
import session, { type Store } from 'express-session';

declare module 'express-session' {
  interface SessionData {
    user?: string;
    visits?: number;
  }
}

/** An application that listens until it is disposed of. */
export interface ServedApp extends AsyncDisposable {
  readonly url: string;
}

/** Serves an Express application that signs users in and out, and counts their visits in their sessions. */
export async function serve(store: Store): Promise<ServedApp> {
  const server = appOn(store).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

const SECRET = 'keyboard cat';

function appOn(store: Store): express.Express {
  const app = express();
  app.use(express.json());
  app.use(
    session({
      store,
      secret: SECRET,
      resave: false,
      saveUninitialized: false,
      cookie: { maxAge: 600_000 },
    }),
  );
  app.get('/', ({ session: { user, visits } }, response) => {
    response.json({ user, visits });
  });
  app.post('/sign-in', (request, response) => {
    Object.assign(request.session, { user: request.body.user, visits: 0 });
    response.json({});
  });
  app.post('/visit', (request, response) => {
    const { user, visits = 0 } = request.session;
    request.session.visits = visits + 1;
    response.json({ user, visits: visits + 1 });
  });
  app.post('/sign-out', (request, response, next) => {
    request.session.destroy((error) => (error ? next(error) : response.json({})));
  });
  return app;
}

/** Keeps the cookie that one application set, and sends it to every other. */
export class Browser {
  #cookie = '';

  /** Makes a browser that sends this session id, signed as the applications do. */
  static withSession(id: string): Browser {
    const signature = createHmac('sha256', SECRET).update(id).digest('base64').replace(/=+$/, '');
    const browser = new Browser();
    browser.#cookie = `connect.sid=${encodeURIComponent(`s:${id}.${signature}`)}`;
    return browser;
  }

  /** The id of its session; an empty string before it has one. */
  get sessionId(): string {
    const value = decodeURIComponent(this.#cookie.replace('connect.sid=', ''));
    return value.slice('s:'.length, value.lastIndexOf('.'));
  }

  get({ url }: ServedApp, path: string): Promise<unknown> {
    return this.#fetch(url + path, { method: 'GET' });
  }

  post({ url }: ServedApp, path: string, body: object = {}): Promise<unknown> {
    return this.#fetch(url + path, { method: 'POST', body: JSON.stringify(body) });
  }

  async #fetch(url: string, init: { method: string; body?: string }): Promise<unknown> {
    const headers = { cookie: this.#cookie, 'content-type': 'application/json' };
    const response = await fetch(url, { ...init, headers });
    if (!response.ok) throw new Error(await response.text());
    const [cookie] = response.headers.getSetCookie();
    this.#cookie = cookie?.split(';')[0] ?? this.#cookie;
    return response.json();
  }
}
