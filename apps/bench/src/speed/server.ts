import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import express, { type Request } from 'express';
import session from 'express-session';
import { sessionOf } from '../payload.ts';
import { isContestant, OPEN } from './contestants.ts';

/** What the process of a server has taken so far. */
export interface Usage {
  cpuMicroseconds: number;
  memoryBytes: number;
}

const BYTES = 200;
const DAY_MS = 24 * 60 * 60 * 1000;

const [name = '', url = ''] = process.argv.slice(2);
if (!isContestant(name)) throw new Error(`There is no contestant ${name}.`);
const { store } = await OPEN[name](url);

const app = express();
app.use(
  session({
    store,
    secret: 'bench',
    resave: false,
    saveUninitialized: false,
    cookie: { maxAge: DAY_MS },
  }),
);
app.get('/begin', (request, response) => {
  const { cookie, ...fields } = sessionOf(BYTES);
  Object.assign(request.session, fields);
  response.send('begun');
});
app.get('/read', (request, response) => {
  response.send(`Visits: ${visitsOf(request)}`);
});
app.get('/write', (request, response) => {
  request.session.visits = visitsOf(request) + 1;
  response.send(`Visits: ${request.session.visits}`);
});

const server = app.listen(0, '127.0.0.1');
await once(server, 'listening');
process.on('message', () => process.send?.(usage()));
process.on('disconnect', () => process.exit());
process.send?.((server.address() as AddressInfo).port);

/** Without a session, an answer would be quick for nothing. */
function visitsOf({ session: { visits } }: Request): number {
  if (visits === undefined) throw new Error('The session is lost.');
  return visits;
}

function usage(): Usage {
  const { user, system } = process.cpuUsage();
  return { cpuMicroseconds: user + system, memoryBytes: process.memoryUsage.rss() };
}
