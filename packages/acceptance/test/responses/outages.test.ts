import { until } from '@holdfast/test-servers';
import { afterEach, describe, expect, test } from '@jest/globals';
import type { RequestHandler } from 'express';
import { type ServedApp, serve, stacks, Visitor } from '../support/responses/app.ts';
import { type Backend, useBackend } from '../support/responses/backend.ts';

/** What happens to Redis after a request has read its session, and how it ends. */
const outages: Record<
  string,
  [begin: (backend: Backend) => unknown, end: (backend: Backend) => unknown]
> = {
  frozen: [({ redis }) => redis.freeze(), ({ redis }) => redis.thaw()],
  killed: [({ redis }) => redis.kill(), ({ redis }) => redis.restart()],
  'cut off': [({ proxy }) => proxy.cut(), ({ proxy }) => proxy.restore()],
};

describe.each(Object.entries(stacks))('with %s,', (_, stack) => {
  const backend = useBackend(stack.client);
  let app: ServedApp;
  afterEach(() => app.close());

  test.each(Object.entries(outages))(
    'a visitor reads 503, and never 200, for a session that is not stored because Redis is %s',
    async (_, [begin, end]) => {
      let beginOutage: () => unknown = () => {};
      const route: RequestHandler = async (request, response) => {
        await beginOutage();
        request.session.message = String(request.query.message);
        response.redirect('/next');
      };
      app = await serve({
        stack,
        store: backend().store({ timeoutMs: 500 }),
        routes: { route, read: ({ session }, response) => response.send(session.message) },
      });
      const visitor = await Visitor.signIn(app);
      beginOutage = () => begin(backend());
      const statuses: number[] = [];
      for (const message of ['first', 'second', 'third']) {
        const response = await visitor.visit(`route?message=${message}`);
        await response.text();
        statuses.push(response.status);
      }
      expect(statuses).toEqual([503, 503, 503]);
      expect(app.errors).toHaveLength(3);
      beginOutage = () => {};
      await end(backend());
      await until('a save succeeds again', async () => {
        const { status } = await visitor.visit('route?message=last');
        return status === 302 || status;
      });
      expect(await (await visitor.visit('read')).text()).toBe('last');
    },
  );
});
