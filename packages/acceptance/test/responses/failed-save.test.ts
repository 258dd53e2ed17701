import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { saveBeforeResponse, saved } from '@holdfast/core/express';
import { until } from '@holdfast/test-servers';
import { afterEach, describe, expect, test } from '@jest/globals';
import type { RequestHandler, Response } from 'express';
import { type AppParts, type ServedApp, serve, stacks, Visitor } from '../support/responses/app.ts';
import { useBackend } from '../support/responses/backend.ts';
import { useFiles } from '../support/responses/ways.ts';

function* endless() {
  for (;;) yield 'more ';
}

describe.each(Object.entries(stacks))('with %s, saveBeforeResponse', (_, stack) => {
  const backend = useBackend(stack.client);
  const folder = useFiles();
  let app: ServedApp;
  afterEach(async () => {
    await backend().redis.connection.replicaof('NO', 'ONE');
    await app.close();
  });

  /** Its error has the status 503. */
  const refuseWrites = () => backend().redis.connection.replicaof('127.0.0.1', '1');

  /** Serves one route, and signs a visitor in. */
  async function visitorAt(route: RequestHandler, parts: Partial<AppParts> = {}): Promise<Visitor> {
    app = await serve({ stack, store: backend().store(), routes: { route }, ...parts });
    return Visitor.signIn(app);
  }

  /** Responds after it has changed the session. */
  const changed =
    (respond: (response: Response) => unknown): RequestHandler =>
    (request, response) => {
      request.session.message = 'changed';
      return respond(response);
    };

  test("lets Express's own error page have the status of the error", async () => {
    const visitor = await visitorAt(
      changed((response) => response.send('stored')),
      { onError: (error, _request, _response, next) => next(error) },
    );
    await refuseWrites();
    const response = await visitor.visit('route');
    expect(response.status).toBe(503);
    expect(await response.text()).toContain('<pre>HoldfastError');
  });

  test('sets the status for an error handler that does not', async () => {
    const visitor = await visitorAt(
      changed((response) => response.redirect('/')),
      { onError: (_error, _request, response, _next) => void response.send('failed') },
    );
    await refuseWrites();
    const response = await visitor.visit('route');
    expect([response.status, await response.text()]).toEqual([503, 'failed']);
  });

  test('lets an error page pass, which its error handler could not send again', async () => {
    const visitor = await visitorAt(
      changed(() => {
        throw new Error('the database is away');
      }),
      {
        onError: (_error, request, response, _next) => {
          request.session.message = 'failed';
          response.status(500).send('Our own page');
          request.session.message = 'failed and answered';
        },
      },
    );
    await refuseWrites();
    const response = await visitor.visit('route');
    expect([response.status, await response.text()]).toEqual([500, 'Our own page']);
    const fresh = await fetch(`${app.url}/route`);
    expect([fresh.status, fresh.headers.getSetCookie()]).toEqual([500, []]);
  });

  test('keeps the headers that are not about the response that failed', async () => {
    const visitor = await visitorAt(
      changed((response) => {
        response.set({ 'Access-Control-Allow-Origin': '*', 'Cache-Control': 'public' });
        response.cookie('own', 'yes').send('stored');
      }),
    );
    await refuseWrites();
    const { headers } = await visitor.visit('route');
    expect(headers.get('access-control-allow-origin')).toBe('*');
    expect(headers.get('cache-control')).toBeNull();
    expect(headers.getSetCookie()).toEqual(['own=yes; Path=/']);
  });

  test('does not mix a stream that was to be sent into an error page that is a stream', async () => {
    const file = join(folder(), 'large.txt');
    const visitor = await visitorAt(
      changed((response) => Readable.from(endless()).pipe(response)),
      { onError: (_error, _request, response, _next) => response.sendFile(file) },
    );
    await refuseWrites();
    const response = await visitor.visit('route');
    expect([response.status, await response.text()]).toEqual([503, await readFile(file, 'utf8')]);
  });

  test('sets no cookie of a new session that is not stored', async () => {
    await visitorAt(changed((response) => response.send('stored')));
    await refuseWrites();
    const response = await fetch(`${app.url}/route`);
    expect([response.status, response.headers.getSetCookie()]).toEqual([503, []]);
  });

  test('fails for a touch and for a destroy, too', async () => {
    const visitor = await visitorAt(
      (request, response) => {
        if (request.query.signOut) Reflect.set(request, 'session', null);
        response.send('done');
      },
      { options: { unset: 'destroy' } },
    );
    await refuseWrites();
    expect((await visitor.visit('route')).status).toBe(503);
    expect((await visitor.visit('route?signOut=yes')).status).toBe(503);
    expect(app.errors).toHaveLength(2);
  });

  test('passes on what keeps express-session from comparing the session', async () => {
    const visitor = await visitorAt((request, response) => {
      Object.assign(request.session, { big: 1n });
      response.send('stored');
    });
    const response = await visitor.visit('route');
    expect([response.status, await response.text()]).toEqual([500, '{}']);
    expect(app.errors).toEqual([expect.any(TypeError)]);
  });

  test('passes on what Node refuses to send, after the save', async () => {
    const visitor = await visitorAt((request, response) => {
      request.session.message = 'changed';
      response.writeHead(200, { 'X-Own': 'two\nlines' }).end('stored');
    });
    const response = await visitor.visit('route');
    expect([response.status, await response.text()]).toEqual([
      500,
      '{"failed":"ERR_INVALID_CHAR"}',
    ]);
    expect(await backend().redis.connection.get(visitor.key)).toMatch('changed');
  });

  test('passes on the error of a response that it does not hold', async () => {
    let finish = () => {};
    const visitor = await visitorAt((request, response) => {
      response.write('first ');
      finish = () => {
        request.session.message = 'changed';
        response.end('last');
      };
    });
    const response = await visitor.visit('route');
    await refuseWrites();
    finish();
    expect([response.status, await response.text()]).toEqual([200, 'first last']);
    await until('the error was passed on', () => app.errors.length > 0);
    expect(app.errors).toEqual([expect.objectContaining({ status: 503 })]);
  });

  test('sets no cookie of a session that was ended meanwhile, whether it changes or not', async () => {
    const visitor = await visitorAt(
      async (request, response) => {
        await backend().redis.connection.del(`sess:${request.sessionID}`);
        if (request.query.change) request.session.message = 'changed';
        response.send(request.sessionID);
      },
      { options: { rolling: true, cookie: { maxAge: 600_000 } } },
    );
    for (const path of ['route?change=yes', 'route']) {
      const renewed = await Visitor.signIn(app);
      const response = await renewed.visit(path);
      expect([response.status, response.headers.getSetCookie()]).toEqual([200, []]);
      // The request itself keeps its id.
      expect(`sess:${await response.text()}`).toBe(renewed.key);
      expect(await backend().redis.connection.exists(renewed.key)).toBe(0);
    }
    expect(visitor.key).toMatch(/^sess:./);
  });

  describe('with saved', () => {
    const save: RequestHandler = async (request, response, next) => {
      request.session.message = 'saved';
      try {
        await saved(request);
      } catch (error) {
        return next(error);
      }
      response.send(await backend().redis.connection.get(`sess:${request.sessionID}`));
    };

    test('saves the session in the middle of a request', async () => {
      const visitor = await visitorAt(save);
      const response = await visitor.visit('route');
      expect(JSON.parse(await response.text())).toMatchObject({ message: 'saved' });
    });

    test('rejects if the session cannot be stored', async () => {
      const visitor = await visitorAt(save);
      await refuseWrites();
      expect((await visitor.visit('route')).status).toBe(503);
    });
  });
});

test('saveBeforeResponse refuses anything but a middleware', () => {
  for (const value of [undefined, {}, 'session']) {
    expect(() => Reflect.apply(saveBeforeResponse, undefined, [value])).toThrow(
      expect.objectContaining({ code: 'ERR_HOLDFAST_INVALID_ARGUMENT' }),
    );
  }
});

test('saved rejects for a request without a session', async () => {
  await expect(saved({ session: undefined })).rejects.toMatchObject({
    code: 'ERR_HOLDFAST_INVALID_ARGUMENT',
  });
});
