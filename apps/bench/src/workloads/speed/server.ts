import type { Request } from 'express';
import { serve, sessionApp } from '../../processes/serve.ts';
import { sessionOf } from '../../stores/session-data.ts';
import { isContestant, OPEN } from './contestants.ts';

/** What the server's process has used so far. */
export interface Usage {
  cpuMicroseconds: number;
  memoryBytes: number;
}

const BYTES = 200;

const [name = '', url = ''] = process.argv.slice(2);
if (!isContestant(name)) throw new Error(`There is no contestant ${name}.`);
const { store } = await OPEN[name](url);

const app = sessionApp(store);
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
await serve(app, usage);

/** Fails without a session, because an answer without one would be too fast. */
function visitsOf({ session: { visits } }: Request): number {
  if (visits === undefined) throw new Error('The session is lost.');
  return visits;
}

function usage(): Usage {
  const { user, system } = process.cpuUsage();
  return { cpuMicroseconds: user + system, memoryBytes: process.memoryUsage.rss() };
}
