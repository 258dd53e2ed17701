import { randomUUID } from 'node:crypto';
import type { RedisStore } from '@holdfast/core';
import type { SessionData } from 'express-session';
import { sessionOf } from '../sessions.ts';
import { type Outcome, outcomeOf, outcomeOfPromise } from './outcome.ts';

/** The option `timeoutMs`: short, because some cases wait for it. */
export const TIMEOUT_MS = 60;

/** Calls each method of a store, on a session that was read, if there is one, and on one that was not. */
export async function everyOperation(store: RedisStore, id: string): Promise<Outcome[]> {
  const read = await outcomeOf<SessionData | null>((done) => store.get(id, done));
  const session = Object(read.result ?? sessionOf({ user: 'ada' })) as SessionData;
  const create = async () => store.createSession({ sessionID: id } as never, { ...session });
  const created = await outcomeOfPromise(create);
  const live = (created.result ?? sessionOf()) as SessionData;
  Reflect.set(live, 'visits', randomUUID());
  return Promise.all([
    outcomeOf((done) => store.set(id, live, done)),
    outcomeOf((done) => store.touch(id, session, done)),
    outcomeOf((done) => store.set(`${id}:new`, sessionOf({ user: 'ada' }), done)),
    outcomeOf((done) => store.touch(`${id}:new`, sessionOf({ user: 'bob' }), done)),
    outcomeOf((done) => store.all(done)),
    outcomeOf((done) => store.ids(done)),
    outcomeOf((done) => store.length(done)),
    outcomeOfPromise(() => store.listByUser('ada')),
    outcomeOfPromise(() => store.countByUser('ada')),
    outcomeOfPromise(() => store.update(id, (one) => Object.assign(one, { n: 1 }))),
    outcomeOfPromise(() => store.destroyByUser('ada', { except: id })),
    outcomeOf((done) => store.destroy(id, done)),
    outcomeOf((done) => store.clear(done)),
  ]);
}
