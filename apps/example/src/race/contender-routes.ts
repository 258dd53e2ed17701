import { setTimeout } from 'node:timers/promises';
import { type RequestHandler, Router } from 'express';
import session from 'express-session';
import { destroy, markErrorsOf } from '../session-promises.ts';
import type { Contender } from './contenders.ts';

/** The work of a request between loading and saving its session, such as a database query. */
const WORK_MS = 50;

const FIELD = /^field\d{1,2}$/;

/** Handles the requests of a race for one contender, with express-session as any application uses it. */
export function contenderRoutes({ name, store }: Contender, secret: string): Router {
  const cookie = {
    path: `/race/${name}`,
    httpOnly: true,
    sameSite: 'lax',
    maxAge: 60_000,
  } as const;
  const router = Router();
  router.use(
    noteBegin,
    markErrorsOf(
      session({
        store,
        secret,
        name: `race.${name}.sid`,
        cookie,
        resave: false,
        saveUninitialized: false,
      }),
    ),
  );
  router.post('/begin', begin);
  router.post('/write/:field', write);
  router.get('/result', result);
  router.post('/end', end);
  return router;
}

/** Runs before express-session loads the session, because loading is part of the race. */
const noteBegin: RequestHandler = (_request, response, next) => {
  response.locals.began = Date.now();
  next();
};

const begin: RequestHandler = ({ session }, response) => {
  Object.assign(session, { race: true });
  response.sendStatus(204);
};

/** Writes one field of its own, counts, and puts a product into the basket that all requests share. */
const write: RequestHandler = async ({ session, params }, response, next) => {
  const field = String(params.field);
  // Other names could overwrite properties of the session, such as its cookie.
  if (!FIELD.test(field)) return next();
  await setTimeout(WORK_MS);
  Object.assign(session, { [field]: true });
  session.count = (session.count ?? 0) + 1;
  session.products ??= [];
  session.products.push(field);
  // express-session saves the session before the response ends.
  response.json({ began: response.locals.began });
};

const result: RequestHandler = ({ session }, response) => {
  const { count = 0, products = [] } = session;
  const fields = Object.keys(session).filter((name) => FIELD.test(name));
  response.json({ fields, count, products: products.length });
};

const end: RequestHandler = async ({ session }, response) => {
  await destroy(session);
  response.sendStatus(204);
};
