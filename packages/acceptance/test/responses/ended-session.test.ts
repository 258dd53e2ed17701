import { saved } from '@holdfast/core/express';
import { afterEach, describe, expect, test } from '@jest/globals';
import type { Request, RequestHandler } from 'express';
import passport from 'passport';
import { type AppParts, type ServedApp, serve, stacks, Visitor } from '../support/responses/app.ts';
import { useBackend } from '../support/responses/backend.ts';

const ended = { failed: 'ERR_HOLDFAST_ENDED' };

/** Passes a rejection on, which Express 4 does not do by itself. */
const passing =
  (handler: (request: Request) => Promise<unknown>): RequestHandler =>
  (request, response, next) =>
    void handler(request).then(() => response.send('stored'), next);

describe.each(Object.entries(stacks))(
  'with %s, if another request ends the session',
  (_, stack) => {
    const backend = useBackend(stack.client);
    let app: ServedApp;
    afterEach(() => app.close());

    /** Visits a route that changes the session after it was ended. Returns the response, and what the session's key holds. */
    async function visitEnded(route: RequestHandler, parts: Partial<AppParts> = {}) {
      const { redis } = backend();
      const store = backend().store();
      const changing: RequestHandler = async (request, response, next) => {
        await store.destroy(request.sessionID);
        request.session.message = 'changed';
        route(request, response, next);
      };
      app = await serve({ stack, store, routes: { route: changing }, ...parts });
      const visitor = await Visitor.signIn(app);
      const response = await visitor.visit('route');
      const text = await response.text();
      expect(await redis.connection.exists(visitor.key)).toBe(0);
      return { status: response.status, text, cookies: response.headers.getSetCookie() };
    }

    const withCallback = passing(
      (request) =>
        new Promise<void>((resolve, reject) => {
          request.session.save((error) => (error ? reject(error) : resolve()));
        }),
    );

    test('`saved` rejects with 401', async () => {
      for (const isPlain of [false, true]) {
        const { status, text } = await visitEnded(passing(saved), { isPlain });
        expect([status, JSON.parse(text)]).toEqual([401, ended]);
        await app.close();
      }
      app = await serve({ stack, store: backend().store(), routes: {} });
    });

    test('the callback of `session.save` gets 401', async () => {
      const { status, text, cookies } = await visitEnded(withCallback);
      expect([status, JSON.parse(text)]).toEqual([401, ended]);
      expect(cookies).toEqual([]);
    });

    test('the callback of `session.save` gets no error without saveBeforeResponse, which cannot tell who asked', async () => {
      expect(await visitEnded(withCallback, { isPlain: true })).toMatchObject({ status: 200 });
    });

    test('the callback of `session.save` gets no error if the request has only deleted values', async () => {
      const signOut: RequestHandler = (request, response, next) => {
        Object.assign(request.session, { message: null });
        withCallback(request, response, next);
      };
      expect(await visitEnded(signOut)).toMatchObject({ status: 200, cookies: [] });
    });

    test('the save at the end of the request fails no response, and sets no cookie', async () => {
      const send: RequestHandler = (_request, response) => response.send('as usual');
      expect(await visitEnded(send, { options: { rolling: true } })).toEqual({
        status: 200,
        text: 'as usual',
        cookies: [],
      });
    });

    test('the save at the end of a response that was written before fails nothing', async () => {
      const write: RequestHandler = (_request, response) => {
        response.write('as ');
        response.end('usual');
      };
      expect(await visitEnded(write)).toMatchObject({ status: 200, text: 'as usual' });
      expect(app.errors).toEqual([]);
    });

    test('signing out twice with passport is a success twice', async () => {
      let goOn = () => {};
      const bothWait = new Promise<void>((resolve) => {
        goOn = resolve;
      });
      let waiting = 0;
      const auth = new passport.Passport();
      auth.serializeUser((user, done) => done(null, user));
      auth.deserializeUser((user: Express.User, done) => done(null, user));
      const routes: Record<string, RequestHandler> = {
        'log-in': (request, response, next) =>
          request.logIn({ name: 'Ada' }, (error) => (error ? next(error) : response.send('in'))),
        'log-out': async (request, response, next) => {
          waiting++;
          if (waiting === 2) goOn();
          await bothWait;
          request.logOut((error) => (error ? next(error) : response.redirect('/')));
        },
      };
      const behind = [auth.initialize(), auth.session()] as RequestHandler[];
      app = await serve({ stack, store: backend().store(), routes, behind });
      const visitor = await Visitor.signIn(app);
      const signedIn = await visitor.visit('log-in');
      const headers = { cookie: String(signedIn.headers.getSetCookie()[0]).split(';')[0] ?? '' };
      const signOut = async () => (await visitor.visit('log-out', { headers })).status;
      // The last one comes when the session is gone.
      const statuses = [...(await Promise.all([signOut(), signOut()])), await signOut()];
      expect(statuses).toEqual([302, 302, 302]);
      expect(app.errors).toEqual([]);
      await backend().store().clear();
    });

    test('by a sign-in, neither a save nor a cookie of a late request replaces the new session', async () => {
      const store = backend().store();
      const routes: Record<string, RequestHandler> = {
        'new-session': (request, response, next) => {
          request.session.regenerate((error) => {
            if (error) return next(error);
            request.session.message = 'new';
            response.send('signed in');
          });
        },
        late: (request, response) => {
          request.session.message = 'late';
          // Other middleware may need the id.
          response.json({ ended: request.sessionEnded, id: typeof request.sessionID });
        },
        save: passing((request) => {
          request.session.message = 'late';
          return saved(request);
        }),
        'save-nothing': passing(saved),
      };
      app = await serve({ stack, store, routes, options: { rolling: true } });
      const visitor = await Visitor.signIn(app);
      await (await visitor.visit('new-session')).text();
      const late = await visitor.visit('late');
      expect([late.status, await late.json()]).toEqual([
        200,
        { ended: 'regenerated', id: 'string' },
      ]);
      expect(late.headers.getSetCookie()).toEqual([]);
      const save = await visitor.visit('save');
      expect([save.status, await save.json()]).toEqual([401, ended]);
      expect((await visitor.visit('save-nothing')).status).toBe(200);
      expect(await store.length()).toBe(1);
      await store.clear();
    });
  },
);
