import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import compression from 'compression';
import type { RequestHandler } from 'express';
import helmet from 'helmet';
import { Recorder } from '../support/docs/commands.ts';
import { type ServedApp, serve, stacks, Visitor } from '../support/responses/app.ts';
import { useBackend } from '../support/responses/backend.ts';
import { routesOf, useFiles, waysOf } from '../support/responses/ways.ts';

/** Compresses everything. */
const compress = () => compression({ threshold: 0 });

/** The middleware around express-session. */
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
      const options = { cookie: { maxAge: 600_000 }, rolling: true };
      const [routes, views, store] = [routesOf(folder()), folder(), backend().store()];
      app = await serve({ stack, store, options, ...around, routes, views });
      visitor = await Visitor.signIn(app);
      // The server then knows the script.
      await (await visitor.visit('json')).text();
    });
    beforeEach(() => {
      app.finished = 0;
      app.errors.length = 0;
    });
    afterAll(() => app.close());

    describe('with Redis far away', () => {
      beforeAll(() => backend().proxy.moveAway(10));
      afterAll(() => backend().proxy.moveAway(0));

      test.each(waysOf(stack))(
        'responds when the session is stored: %s',
        async (name, { method = 'GET', status = 200, headers = {}, body = '' }) => {
          const response = await visitor.visit(encodeURIComponent(name), { method });
          const stored = await backend().redis.connection.get(visitor.key);
          expect(JSON.parse(stored ?? '')).toMatchObject({ message: name });
          expect(response.status).toBe(status);
          const [cookie, ...others] = response.headers.getSetCookie();
          expect([cookie, others]).toEqual([expect.stringMatching(/^connect\.sid=/), []]);
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

    describe('while Redis refuses writes', () => {
      let recorder: Recorder;
      beforeAll(async () => {
        const { redis } = backend();
        recorder = await Recorder.on(redis);
        // Its error has the status 503.
        await redis.connection.replicaof('127.0.0.1', '1');
      });
      afterAll(async () => {
        await backend().redis.connection.replicaof('NO', 'ONE');
        await recorder.stop();
      });

      test.each(waysOf(stack))(
        'responds 503 and tries once: %s',
        async (name, { method = 'GET' }) => {
          const commands = await recorder.during(async () => {
            const response = await visitor.visit(encodeURIComponent(name), { method });
            expect(response.status).toBe(503);
            for (const header of ['set-cookie', 'location', 'last-modified', 'x-own']) {
              expect([header, response.headers.get(header)]).toEqual([header, null]);
            }
            expect(response.headers.get('content-type')).toMatch('application/json');
            const body = '{"failed":"ERR_HOLDFAST_READ_ONLY"}';
            expect(await response.text()).toBe(method === 'HEAD' ? '' : body);
          });
          expect(commands.map(([command = '']) => command.toUpperCase())).toEqual([
            'GET',
            'EVALSHA',
          ]);
          expect(app.errors).toEqual([expect.objectContaining({ status: 503 })]);
          expect(app.finished).toBe(1);
        },
      );
    });
  });
});
