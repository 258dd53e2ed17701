import { createReadStream } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream';
import type { Request, RequestHandler, Response } from 'express';
import session from 'express-session';
import { useResource } from '../resources.ts';
import type { Stack } from './app.ts';

/** More than a stream sends at once. */
const LARGE = 'A line of a large file.\n'.repeat(20_000);

const FILES = { 'page.txt': 'a page', 'empty.txt': '', 'large.txt': LARGE };

/** Creates a folder with the files that {@link ways} send. */
export function useFiles(): () => string {
  return useResource(
    async () => {
      const folder = await mkdtemp(join(tmpdir(), 'holdfast-responses-'));
      for (const [name, text] of Object.entries(FILES)) await writeFile(join(folder, name), text);
      return folder;
    },
    (folder) => rm(folder, { recursive: true }),
  );
}

/** A way to respond, and what arrives of it. */
export interface Way {
  /** @param folder the folder of the files. */
  respond(response: Response, folder: string, request: Request): unknown;
  method?: string;
  status?: number;
  headers?: Record<string, string>;
  body?: string;
  /** Before it, express-session cannot read such an array. */
  needs?: 'express-session 1.18';
}

const text = { 'content-type': 'text/plain; charset=utf-8' };

/** The ways to respond that `saveBeforeResponse` holds. */
const ways: Record<string, Way> = {
  redirect: {
    respond: (response) => response.redirect('/next'),
    status: 302,
    headers: { location: '/next' },
    body: 'Found. Redirecting to /next',
  },
  json: {
    respond: (response) => response.json({ ok: true }),
    headers: { 'content-type': 'application/json; charset=utf-8', 'content-length': '11' },
    body: '{"ok":true}',
  },
  'send of a text': {
    respond: (response) => response.type('text').send('Grüße'),
    headers: { ...text, 'content-length': '7' },
    body: 'Grüße',
  },
  'send of bytes': {
    respond: (response) => response.status(201).send(Buffer.from('bytes')),
    status: 201,
    headers: { 'content-type': 'application/octet-stream', 'content-length': '5' },
    body: 'bytes',
  },
  sendStatus: { respond: (response) => response.sendStatus(204), status: 204 },
  'a response that is not modified': {
    respond(response, _folder, request) {
      request.headers['if-none-match'] = '"tag"';
      response.set('ETag', '"tag"').send('old');
    },
    status: 304,
    headers: { etag: '"tag"' },
  },
  render: {
    respond: (response) => response.render('page.txt', { text: 'hello' }),
    body: 'page: hello',
    headers: { 'content-length': '11' },
  },
  sendFile: {
    respond: (response, folder) => response.sendFile(join(folder, 'page.txt')),
    headers: { 'content-length': '6' },
    body: 'a page',
  },
  'sendFile of a large file': {
    respond: (response, folder) => response.sendFile(join(folder, 'large.txt')),
    headers: { 'content-length': String(LARGE.length) },
    body: LARGE,
  },
  'sendFile of an empty file': {
    respond: (response, folder) => response.sendFile(join(folder, 'empty.txt')),
    headers: { 'content-length': '0' },
  },
  download: {
    respond: (response, folder) => response.download(join(folder, 'page.txt'), 'name.txt'),
    headers: { 'content-length': '6' },
    body: 'a page',
  },
  pipe: {
    respond: (response, folder) => createReadStream(join(folder, 'large.txt')).pipe(response),
    body: LARGE,
  },
  'pipe after writeHead': {
    respond(response, folder) {
      response.writeHead(203, { 'x-own': 'yes' });
      createReadStream(join(folder, 'large.txt')).pipe(response);
    },
    status: 203,
    headers: { 'x-own': 'yes' },
    body: LARGE,
  },
  pipeline: {
    respond: (response, folder) =>
      pipeline(createReadStream(join(folder, 'large.txt')), response, () => {}),
    body: LARGE,
  },
  end: { respond: (response) => response.end(), headers: { 'content-length': '0' } },
  'end with a text': {
    respond: (response) => response.end('the end'),
    headers: { 'content-length': '7' },
    body: 'the end',
  },
  'end with an encoding': {
    respond: (response) => response.end('dGhlIGVuZA==', 'base64'),
    headers: { 'content-length': '7' },
    body: 'the end',
  },
  'end, twice': {
    respond(response) {
      response.end('the end');
      response.end('of the end');
    },
    body: 'the end',
  },
  'send, twice': {
    respond(response) {
      response.send('first');
      try {
        response.status(404).send('second');
      } catch {
        // Express says that the headers are sent.
      }
    },
    body: 'first',
    headers: { 'content-length': '5' },
  },
  'writeHead with an object': {
    respond: (response) => response.writeHead(201, { 'X-Own': 'yes' }).end('made'),
    status: 201,
    headers: { 'x-own': 'yes' },
    body: 'made',
  },
  'writeHead with a message and an array': {
    respond: (response) =>
      response.writeHead(201, 'Made', ['X-Own', 'yes', 'Content-Length', '4']).end('made'),
    status: 201,
    headers: { 'x-own': 'yes', 'content-length': '4' },
    body: 'made',
    needs: 'express-session 1.18',
  },
  'HEAD of a text': {
    respond: (response) => response.send('unseen'),
    method: 'HEAD',
    headers: { 'content-length': '6' },
  },
  'HEAD of a file': {
    respond: (response, folder) => response.sendFile(join(folder, 'page.txt')),
    method: 'HEAD',
    headers: { 'content-length': '6' },
  },
};

/** Returns the ways that these versions support. */
export function waysOf(stack: Stack): [name: string, Way][] {
  const isNewest = stack.session === session;
  return Object.entries(ways).filter(([, { needs }]) => needs === undefined || isNewest);
}

/** Returns a route for each way, which puts the name of the way into the session. */
export function routesOf(folder: string): Record<string, RequestHandler> {
  const routes: Record<string, RequestHandler> = {};
  for (const [name, { respond }] of Object.entries(ways)) {
    routes[encodeURIComponent(name)] = (request, response) => {
      request.session.message = name;
      return respond(response, folder, request);
    };
  }
  return routes;
}
