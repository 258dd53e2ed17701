import { saved } from '@holdfast/core/express';
import { afterEach, describe, expect, test } from '@jest/globals';
import type { RequestHandler } from 'express';
import type { SessionOptions } from 'express-session';
import { Recorder } from '../support/docs/commands.ts';
import { useResource } from '../support/resources.ts';
import { type ServedApp, serve, stacks, Visitor } from '../support/responses/app.ts';
import { useBackend } from '../support/responses/backend.ts';

const routes: Record<string, RequestHandler> = {
  reads: (_request, response) => void response.send('read'),
  changes(request, response) {
    request.session.message = 'changed';
    response.redirect('/');
  },
  async saves(request, response) {
    request.session.message = 'saved';
    await saved(request);
    response.send('saved');
  },
  async 'saves and changes'(request, response) {
    request.session.message = 'saved';
    await saved(request);
    request.session.message = 'changed';
    response.send('changed');
  },
  regenerates(request, response, next) {
    request.session.regenerate((error) => {
      request.session.message = 'new';
      error ? next(error) : response.send('new');
    });
  },
  destroys(request, response, next) {
    request.session.destroy((error) => (error ? next(error) : response.send('destroyed')));
  },
  unsets(request, response) {
    Reflect.set(request, 'session', null);
    response.send('unset');
  },
  streams(_request, response) {
    response.write('first ');
    response.end('last');
  },
};

const optionSets: Partial<SessionOptions>[] = [
  {},
  { resave: true },
  { rolling: true },
  { saveUninitialized: true },
  { unset: 'destroy' },
];

describe.each(Object.entries(stacks))('with %s', (_, stack) => {
  const backend = useBackend(stack.client);
  const recorder = useResource(
    () => Recorder.on(backend().redis),
    (opened) => opened.stop(),
  );

  let apps: ServedApp[] = [];
  afterEach(async () => {
    for (const app of apps) await app.close();
  });

  /** Returns the names of the commands that a request sends, of a visitor with and without a session. */
  async function commandsOf(app: ServedApp, name: string): Promise<string[]> {
    const visitor = await Visitor.signIn(app);
    const commands = await recorder().during(async () => {
      await (await visitor.visit(encodeURIComponent(name))).text();
      await (await fetch(`${app.url}/${encodeURIComponent(name)}`, { redirect: 'manual' })).text();
    });
    return commands.map(([command = '']) => command.toUpperCase());
  }

  test.each(optionSets)(
    'saveBeforeResponse sends the commands that express-session sends without it, with the options %j',
    async (options) => {
      const store = backend().store();
      const paths = Object.fromEntries(
        Object.entries(routes).map(([name, route]) => [encodeURIComponent(name), route]),
      );
      const parts = { stack, store, options, routes: paths };
      const plain = await serve({ ...parts, isPlain: true });
      const app = await serve(parts);
      apps = [plain, app];
      // The server then knows the scripts.
      for (const name of ['changes', 'regenerates']) await commandsOf(plain, name);
      for (const name of Object.keys(routes)) {
        const expected = await commandsOf(plain, name);
        expect(expected).toContain('GET');
        expect({ [name]: await commandsOf(app, name) }).toEqual({ [name]: expected });
      }
    },
  );
});
