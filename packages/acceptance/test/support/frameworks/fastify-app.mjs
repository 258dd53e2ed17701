import cookie from '@fastify/cookie';
import session from '@fastify/session';
import fastify from 'fastify';
import { Gates } from '../gates.mjs';

const SECRET = 'long enough for @fastify/session, which asks for 32 characters';
const HOUR_MS = 60 * 60 * 1000;

/** Serves a Fastify application whose requests wait at gates in the middle of their work. Resolves to its URL. */
export async function serve(store, { dropped = [], ...options } = {}) {
  const app = fastify();
  const gates = new Gates();
  await app.register(async (tests) => addTestRoutes(tests, gates, dropped));
  await app.register(async (visitors) => {
    await visitors.register(cookie);
    await visitors.register(session, {
      store,
      secret: SECRET,
      saveUninitialized: false,
      cookie: { maxAge: HOUR_MS, secure: 'auto' },
      ...options,
    });
    addRoutes(visitors, gates);
  });
  return app.listen({ port: 0, host: '127.0.0.1' });
}

function addTestRoutes(app, gates, dropped) {
  app.get('/test/arrived/:gate', ({ params }) => gates.arrived(params.gate, 1));
  app.get('/test/open/:gate', async ({ params }) => gates.open(params.gate));
  app.get('/test/dropped', async () => dropped);
}

function addRoutes(app, gates) {
  app.get('/', async ({ session }) => session);

  app.get('/set/:field', async ({ session, params }) => {
    session[params.field] = true;
    return 'set';
  });

  app.get('/slow/look', async ({ query }) => {
    await gates.pass(query.gate);
    return 'seen';
  });

  app.get('/slow/set/:field', async ({ session, params, query }) => {
    await gates.pass(query.gate);
    session[params.field] = true;
    return 'set';
  });

  app.get('/slow/save-twice', async ({ session, query }) => {
    session.once = true;
    await session.save();
    await gates.pass(query.gate);
    session.twice = true;
    return 'set';
  });

  app.get('/slow/reload', async (request) => {
    await gates.pass(request.query.gate);
    await request.session.reload();
    await gates.pass(`${request.query.gate}-reloaded`);
    request.session.reloaded = true;
    return 'set';
  });

  // Without `return reply`, Fastify sends a second reply.
  app.get('/reply-twice', async ({ session }, reply) => {
    session.replied = true;
    reply.send('first');
    return 'second';
  });

  app.get('/destroy', async ({ session }) => {
    await session.destroy();
    return 'ended';
  });

  app.get('/regenerate', async ({ session }) => {
    await session.regenerate(['user']);
    return 'regenerated';
  });

  app.get('/regenerate-copying', async (request) => {
    // `...` would also copy the id, which is under a symbol.
    const { cookie: _, ...fields } = Object.fromEntries(Object.entries(request.session));
    await request.session.regenerate();
    Object.assign(request.session, fields);
    return 'regenerated';
  });
}
