import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { until } from '@holdfast/test-servers';
import { afterEach, describe, expect, jest, test } from '@jest/globals';
import type { RequestHandler, Response } from 'express';
import type { SessionOptions } from 'express-session';
import { type AppParts, type ServedApp, serve, stacks, Visitor } from '../support/responses/app.ts';
import { useBackend } from '../support/responses/backend.ts';

describe.each(Object.entries(stacks))('with %s, saveBeforeResponse', (_, stack) => {
  const backend = useBackend(stack.client);
  let app: ServedApp;
  afterEach(async () => {
    backend().proxy.moveAway(0);
    await app.close();
  });

  /** Serves one route, at which a visitor is who is signed in. */
  async function visitorAt(
    route: RequestHandler,
    options: Partial<SessionOptions> = {},
    parts: Partial<AppParts> = {},
  ): Promise<Visitor> {
    const store = backend().store();
    app = await serve({ stack, store, options, routes: { route }, ...parts });
    return Visitor.signIn(app);
  }

  /** Returns the session in Redis, or null. */
  async function stored({ key }: Visitor): Promise<{ message?: string } | null> {
    return JSON.parse((await backend().redis.connection.get(key)) ?? 'null');
  }

  function untilChanged(visitor: Visitor): Promise<void> {
    return until('the session is stored', async () => {
      const session = await stored(visitor);
      return session?.message === 'changed' || session;
    });
  }

  describe('sends a response to which', () => {
    test('two streams are piped at once', async () => {
      const visitor = await visitorAt((request, response) => {
        request.session.message = 'changed';
        const streams = ['a', 'b'].map((letter) => Readable.from([letter.repeat(70_000), letter]));
        for (const stream of streams) stream.pipe(response, { end: false });
        Promise.all(streams.map((stream) => once(stream, 'end'))).then(() => response.end());
      });
      const text = await (await visitor.visit('route')).text();
      expect(text.replaceAll('b', '')).toBe('a'.repeat(70_001));
      expect(text.replaceAll('a', '')).toBe('b'.repeat(70_001));
    });

    test('a stream is piped while other code writes and waits for `drain`', async () => {
      const visitor = await visitorAt(async (request, response) => {
        request.session.message = 'changed';
        const stream = Readable.from(['piped']);
        stream.pipe(response, { end: false });
        await once(stream, 'end');
        if (!response.write('written')) await once(response, 'drain');
        response.end('.');
      });
      expect(await (await visitor.visit('route')).text()).toBe('pipedwritten.');
    });
  });

  test('closes the file of a stream whose response was discarded', async () => {
    const streams: Readable[] = [];
    const visitor = await visitorAt((request, response) => {
      request.session.message = 'changed';
      const stream = createReadStream(__filename);
      streams.push(stream);
      stream.pipe(response);
    });
    await backend().redis.connection.replicaof('127.0.0.1', '1');
    expect((await visitor.visit('route')).status).toBe(503);
    await backend().redis.connection.replicaof('NO', 'ONE');
    await until('the file is closed', () => streams[0]?.closed);
  });

  describe('shows the application a response that', () => {
    test('calls back when it has ended, and returns itself', async () => {
      const results: unknown[] = [];
      const visitor = await visitorAt((request, response) => {
        request.session.message = 'changed';
        results.push(response.end('the end', () => results.push('ended')) === response);
      });
      const response = await visitor.visit('route');
      expect(await response.text()).toBe('the end');
      await until('the callback was called', () => results.includes('ended'));
      expect(results).toEqual([true, 'ended']);
    });

    test('calls back when it has ended without a body', async () => {
      const ended = jest.fn();
      const visitor = await visitorAt((request, response) => {
        request.session.message = 'changed';
        response.end(ended);
      });
      expect((await visitor.visit('route')).status).toBe(200);
      await until('the callback was called', () => ended.mock.calls.length > 0);
    });

    test.each<[string, (response: Response) => unknown]>([
      ['ended', (response) => response.send('sent')],
      ['written', (response) => response.writeHead(200)],
    ])('has sent its headers once it is %s', async (_, respond) => {
      const seen: unknown[] = [];
      const visitor = await visitorAt((request, response) => {
        request.session.message = 'changed';
        respond(response);
        seen.push(response.headersSent);
        for (const change of [
          () => response.setHeader('X-Late', 'yes'),
          () => response.removeHeader('Content-Type'),
          () => response.writeHead(500),
        ]) {
          try {
            seen.push(change());
          } catch (error) {
            seen.push((error as NodeJS.ErrnoException).code);
          }
        }
        response.statusCode = 500;
        response.flushHeaders();
        response.end();
      });
      const response = await visitor.visit('route');
      const refused = 'ERR_HTTP_HEADERS_SENT';
      expect(seen).toEqual([true, refused, refused, refused]);
      expect([response.status, response.headers.get('x-late')]).toEqual([200, null]);
    });
  });

  test('keeps cookies that writeHead sets', async () => {
    const visitor = await visitorAt(
      (_request, response) => void response.writeHead(200, { 'Set-Cookie': 'a=b' }).end(),
      { rolling: true },
    );
    const { headers } = await visitor.visit('route');
    const rolled = expect.stringMatching(/^connect\.sid=/);
    expect(headers.getSetCookie()).toEqual(['a=b', rolled]);
  });

  test('saves what middleware changes when the response ends', async () => {
    const behind: RequestHandler = (request, response, next) => {
      const { end } = response;
      response.end = (...args: unknown[]) => {
        request.session.message += ' at the end';
        return Reflect.apply(end, response, args);
      };
      next();
    };
    const route: RequestHandler = (request, response) => {
      request.session.message = 'changed';
      response.send('sent');
    };
    const visitor = await visitorAt(route, {}, { behind: [behind] });
    backend().proxy.moveAway(10);
    await visitor.visit('route');
    expect(await stored(visitor)).toMatchObject({ message: 'changed at the end' });
  });

  test('saves what changes while a stream is sent, before the response ends', async () => {
    const visitor = await visitorAt((request, response) => {
      Readable.from(
        (async function* () {
          yield 'first ';
          request.session.message = 'changed late';
          yield 'last';
        })(),
      ).pipe(response);
    });
    backend().proxy.moveAway(10);
    const response = await visitor.visit('route');
    expect(await response.text()).toBe('first last');
    expect(await stored(visitor)).toMatchObject({ message: 'changed late' });
  });

  test.each<[string, (response: Response) => unknown]>([
    ['write', (response) => response.write('first ')],
    ['flushHeaders', (response) => response.flushHeaders()],
    ['writeHead and write', (response) => response.writeHead(200).write('first ')],
    ['writeHead and flushHeaders', (response) => response.writeHead(200).flushHeaders()],
  ])('does not hold a response that begins with %s', async (_, begin) => {
    let finish = () => {};
    const visitor = await visitorAt((request, response) => {
      begin(response);
      finish = () => {
        request.session.message = 'changed at the end';
        response.end('last');
      };
    });
    const response = await visitor.visit('route');
    expect(response.status).toBe(200);
    finish();
    expect(await response.text()).toMatch(/^(first )?last$/);
    expect(await stored(visitor)).toMatchObject({ message: 'changed at the end' });
  });

  describe('if middleware in front of it responds by itself,', () => {
    /** Lets routes respond past everything behind this. */
    const before: RequestHandler = (_request, response, next) => {
      const { end } = response;
      response.locals.giveUp = () => Reflect.apply(end, response, ['gave up']);
      next();
    };

    test('lets it', async () => {
      const route: RequestHandler = (_request, response) => response.locals.giveUp();
      const visitor = await visitorAt(route, {}, { before: [before] });
      const response = await visitor.visit('route');
      expect([response.status, await response.text()]).toEqual([200, 'gave up']);
    });

    test('does not send what is held as well', async () => {
      const route: RequestHandler = (request, response) => {
        request.session.message = 'changed';
        response.status(201).send('sent');
        response.locals.giveUp();
      };
      const visitor = await visitorAt(route, {}, { before: [before] });
      const response = await visitor.visit('route');
      expect([response.status, await response.text()]).toEqual([500, '']);
      await untilChanged(visitor);
      expect(app.errors).toEqual([]);
    });
  });

  test('saves the session of a visitor who leaves meanwhile', async () => {
    const left = new AbortController();
    const visitor = await visitorAt((request, response) => {
      request.session.message = 'changed';
      response.on('close', () => response.send('too late'));
      left.abort();
    });
    await expect(visitor.visit('route', { signal: left.signal })).rejects.toThrow('aborted');
    await untilChanged(visitor);
    expect(app.errors).toEqual([]);
  });

  test('saves the session of a visitor who leaves while the response is held', async () => {
    const left = new AbortController();
    const visitor = await visitorAt((request, response) => {
      request.session.message = 'changed';
      response.send('too late');
      left.abort();
    });
    backend().proxy.moveAway(10);
    await expect(visitor.visit('route', { signal: left.signal })).rejects.toThrow('aborted');
    await untilChanged(visitor);
    expect(app.errors).toEqual([]);
  });

  describe('follows the options of express-session:', () => {
    test('unset: "destroy" ends the session first', async () => {
      const visitor = await visitorAt(
        (request, response) => {
          Reflect.set(request, 'session', null);
          response.redirect('/');
        },
        { unset: 'destroy' },
      );
      backend().proxy.moveAway(10);
      expect((await visitor.visit('route')).status).toBe(302);
      expect(await stored(visitor)).toBeNull();
    });

    test('unset: "keep" keeps it', async () => {
      const visitor = await visitorAt((request, response) => {
        Reflect.set(request, 'session', null);
        response.redirect('/');
      });
      const before = await stored(visitor);
      await visitor.visit('route');
      expect(await stored(visitor)).toEqual(before);
    });

    test.each([
      [{ rolling: true }, 1],
      [{ rolling: false }, 0],
    ])('%j', async (options, cookies) => {
      const visitor = await visitorAt((_request, response) => void response.send('read'), options);
      const { headers } = await visitor.visit('route');
      expect(headers.getSetCookie()).toHaveLength(cookies);
    });

    test.each([
      [{ saveUninitialized: true }, 1],
      [{ saveUninitialized: false }, 0],
    ])('%j', async (options, cookies) => {
      await visitorAt((_request, response) => void response.send('read'), options);
      const { headers } = await fetch(`${app.url}/route`);
      expect(headers.getSetCookie()).toHaveLength(cookies);
    });

    test('a path leaves other paths alone', async () => {
      const route: RequestHandler = (request, response) => {
        const isReplaced = Object.getOwnPropertyDescriptor(response, 'end')?.get !== undefined;
        response.json({ hasSession: request.session !== undefined, isReplaced });
      };
      await visitorAt(route, { cookie: { path: '/other' } });
      const response = await fetch(`${app.url}/route`);
      expect(await response.json()).toEqual({ hasSession: false, isReplaced: false });
    });

    test('a new id', async () => {
      const visitor = await visitorAt((request, response, next) => {
        request.session.regenerate((error) => {
          if (error) return next(error);
          request.session.message = request.sessionID;
          response.redirect('/');
        });
      });
      backend().proxy.moveAway(10);
      const { headers } = await visitor.visit('route');
      const [cookie = ''] = headers.getSetCookie();
      const id = /s%3A([^.]+)/.exec(cookie)?.[1];
      const session = await backend().redis.connection.get(`sess:${id}`);
      expect(JSON.parse(session ?? 'null')).toMatchObject({ message: id });
    });
  });
});
