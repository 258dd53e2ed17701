import { setTimeout } from 'node:timers/promises';
import { type RequestHandler, Router } from 'express';
import session from 'express-session';
import { sessionFailed } from '../errors.ts';
import { destroy } from '../session-steps.ts';
import type { Side } from './sides.ts';

/** What a request does between reading its session and saving it: a query to a database, say. */
const WORK_MS = 50;

const FIELD = /^field\d{1,2}$/;

/** What the race asks one side for. Each of these requests is an ordinary one of express-session. */
export function sideRoutes({ side, store }: Side, secret: string): Router {
  const cookie = {
    path: `/race/${side}`,
    httpOnly: true,
    sameSite: 'lax',
    maxAge: 60_000,
  } as const;
  const router = Router();
  router.use(
    noteBegin,
    session({
      store,
      secret,
      name: `race.${side}.sid`,
      cookie,
      resave: false,
      saveUninitialized: false,
    }),
    sessionFailed,
  );
  router.post('/begin', begin);
  router.post('/write/:field', write);
  router.get('/fields', fields);
  router.post('/end', end);
  return router;
}

/** Before the session is read, which belongs to what races. */
const noteBegin: RequestHandler = (_request, response, next) => {
  response.locals.began = Date.now();
  next();
};

const begin: RequestHandler = ({ session }, response) => {
  Object.assign(session, { race: true });
  response.sendStatus(204);
};

/** Writes one field, as a request that is about the basket writes nothing but the basket. */
const write: RequestHandler = async ({ session, params }, response, next) => {
  const field = String(params.field);
  // Not the cookie of the session, say.
  if (!FIELD.test(field)) return next();
  await setTimeout(WORK_MS);
  Object.assign(session, { [field]: true });
  // express-session saves the session before the response ends.
  response.json({ began: response.locals.began });
};

const fields: RequestHandler = ({ session }, response) => {
  response.json(Object.keys(session).filter((name) => FIELD.test(name)));
};

const end: RequestHandler = async ({ session }, response) => {
  await destroy(session);
  response.sendStatus(204);
};
