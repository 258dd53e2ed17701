import { setTimeout as delay } from 'node:timers/promises';
import { saveBeforeResponse, saved } from '@holdfast/core/express';
import express from 'express';
import session from 'express-session';
import { Gates } from '../gates.mjs';

/** How long a session lives. The tests know it, too. */
const MAX_AGE_MS = 60_000;

/**
 * Makes an application whose requests change their sessions as their bodies say, when the test says.
 * @param isHeld whether responses wait until their session is saved.
 * @param commands how often each command was sent.
 * @param resolved the arguments of the option `conflicts`.
 */
export function appOn({ store, resave, isHeld, commands, resolved }) {
  const app = express();
  app.use(express.json());
  app.use('/test', testRoutes({ store, commands, resolved }));
  const sessions = session({
    store,
    resave,
    secret: 'keyboard cat',
    saveUninitialized: false,
    cookie: { maxAge: MAX_AGE_MS },
  });
  app.use(isHeld ? saveBeforeResponse(sessions) : sessions);
  app.get('/', ({ session: { cookie, ...fields }, sessionEnded }, response) => {
    response.json({ fields, endsAt: cookie.expires.getTime(), ended: sessionEnded });
  });
  app.post('/work', async (request, response) => {
    const { saveFirst, gate, delayMs = 0, ...changes } = request.body;
    if (saveFirst) {
      change(request.session, saveFirst);
      await saved(request);
    }
    if (gate) await app.locals.gates.pass(gate, request.sessionID);
    if (delayMs > 0) await delay(delayMs);
    change(request.session, changes);
    response.json({ id: request.sessionID, ended: request.sessionEnded });
  });
  app.post('/flash', (request, response) => {
    request.session.message = request.body.message;
    response.redirect(`${request.baseUrl}/`);
  });
  app.post('/sign-in', (request, response, next) => {
    request.session.regenerate((error) => {
      if (error) return next(error);
      request.session.user = request.body.user;
      response.redirect(`${request.baseUrl}/`);
    });
  });
  app.post('/sign-out', (request, response, next) => {
    request.session.destroy((error) => (error ? next(error) : response.json({})));
  });
  app.post('/regenerate', (request, response, next) => {
    request.session.regenerate((error) => {
      if (error) return next(error);
      request.session.user = 'regenerated';
      response.json({ id: request.sessionID });
    });
  });
  return app;
}

function change(session, { set = {}, unset = [], push = {}, count = [], empty = [] }) {
  Object.assign(session, set);
  for (const field of unset) delete session[field];
  for (const [field, item] of Object.entries(push)) {
    session[field] ??= [];
    session[field].push(item);
  }
  for (const field of count) session[field] = (session[field] ?? 0) + 1;
  for (const field of empty) session[field] = [];
}

/** Routes that a test calls without a session. */
function testRoutes({ store, commands, resolved }) {
  const routes = express.Router();
  const dropped = [];
  store.on('dropped', (event) => dropped.push(event));
  const conflicts = [];
  store.on('conflict', (event) => conflicts.push(event));

  routes.get('/log', (request, response) => {
    const { gates } = request.app.locals;
    response.json({ dropped, conflicts, commands, resolved, gates: gates.visitors });
  });
  routes.get('/gates/:gate/arrived/:count', async (request, response) => {
    const { gate, count } = request.params;
    await request.app.locals.gates.arrived(gate, Number(count));
    response.json({});
  });
  routes.post('/gates/:gate/open', (request, response) => {
    request.app.locals.gates.open(request.params.gate);
    response.json({});
  });
  routes.get('/sessions/:id', (request, response, next) => {
    store.get(request.params.id, (error, one) => {
      if (error) return next(error);
      store.all((failed, all) => (failed ? next(failed) : response.json({ get: one, all })));
    });
  });
  // As libraries do that store an object of their own for each request.
  routes.put('/sessions/:id', (request, response, next) => {
    store.set(request.params.id, request.body, (error) =>
      error ? next(error) : response.json({}),
    );
  });
  routes.delete('/sessions/:id', (request, response, next) => {
    store.destroy(request.params.id, (error) => (error ? next(error) : response.json({})));
  });
  routes.delete('/users/:user/sessions', async (request, response) => {
    const { user } = request.params;
    response.json({ ended: await store.destroyByUser(user, { except: request.body.except }) });
  });
  routes.post('/sessions/:id/count', async (request, response) => {
    const { times, delayMs } = request.body;
    const count = async (one) => {
      const { count = 0 } = one;
      if (delayMs > 0) await delay(Math.random() * delayMs);
      one.count = count + 1;
    };
    const calls = Array.from({ length: times }, () => store.update(request.params.id, count));
    const results = await Promise.all(calls);
    response.json({ counts: results.map((one) => one?.count ?? null) });
  });
  return routes;
}

/** Mounts applications under their names. */
export function mounted(apps) {
  const app = express();
  for (const [name, one] of Object.entries(apps)) {
    one.locals.gates = new Gates();
    app.use(`/${name}`, one);
  }
  return app;
}
