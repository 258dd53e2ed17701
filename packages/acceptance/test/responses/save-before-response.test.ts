import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import compression from 'compression';
import type { RequestHandler } from 'express';
import session from 'express-session';
import helmet from 'helmet';
import { type ServedApp, serve, stacks, Visitor } from '../support/responses/app.ts';
import { useBackend } from '../support/responses/backend.ts';
import { useFiles, ways } from '../support/responses/ways.ts';

/** Compresses everything. */
const compress = () => compression({ threshold: 0 });

/** What surrounds express-session. */
const surroundings: Record<string, { before?: RequestHandler[]; behind?: RequestHandler[] }> = {
  alone: {},
  'behind compression and helmet': { before: [compress(), helmet()] },
  'in front of compression and helmet': { behind: [compress(), helmet()] },
};

describe.each(Object.entries(stacks))('with %s,', (_, stack) => {
  const backend = useBackend(stack.client);
  const folder = useFiles();

  describe.each(Object.entries(surroundings))('saveBeforeResponse %s', (_, around) => {
    let app: ServedApp;
    let visitor: Visitor;

    beforeAll(async () => {
      const routes: Record<string, RequestHandler> = {};
      for (const [name, { respond }] of Object.entries(ways)) {
        routes[encodeURIComponent(name)] = (request, response) => {
          request.session.message = name;
          return respond(response, folder(), request);
        };
      }
      const options = { cookie: { maxAge: 600_000 } };
      const store = backend().store();
      app = await serve({ stack, store, options, ...around, routes, views: folder() });
      visitor = await Visitor.signIn(app);
      backend().moveAway(10);
    });
    afterAll(async () => {
      backend().moveAway(0);
      await app.close();
    });

    const supported = Object.entries(ways).filter(
      ([, { needs }]) => needs === undefined || stack.session === session,
    );
    test.each(supported)(
      'holds the response until the session is stored: %s',
      async (name, { method = 'GET', status = 200, headers = {}, body = '' }) => {
        app.finished = 0;
        app.errors.length = 0;
        const response = await visitor.visit(encodeURIComponent(name), { method });
        const stored = JSON.parse((await backend().redis.connection.get(visitor.key)) ?? '');
        expect(stored.message).toBe(name);
        expect(response.status).toBe(status);
        expect(response.headers.getSetCookie()).toEqual([expect.stringMatching(/^connect\.sid=/)]);
        for (const [header, value] of Object.entries(headers)) {
          // Compression does not know the length of a response when it writes the head.
          if (header === 'content-length' && around !== surroundings.alone) continue;
          expect([header, response.headers.get(header)]).toEqual([header, value]);
        }
        expect(await response.text()).toBe(body);
        expect(app.finished).toBe(1);
        expect(app.errors).toEqual([]);
      },
    );
  });
});
