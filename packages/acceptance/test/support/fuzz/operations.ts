import { randomUUID } from 'node:crypto';
import type { RedisStore } from '@holdfast/core';
import { Cookie, type SessionData } from 'express-session';
import { type Outcome, outcomeOf, outcomeOfPromise } from './outcome.ts';

export const TIMEOUT_MS = 60;
/** How late an operation may end. */
const LATE_MS = 250;

export function sessionOf(fields: object): SessionData {
  return Object.assign({ cookie: new Cookie() }, fields);
}

/** Each method of a store, on a session that was read where there is one, and on one that was not. */
export async function everyOperation(store: RedisStore, id: string): Promise<Outcome[]> {
  const within = TIMEOUT_MS + LATE_MS;
  const read = await outcomeOf<SessionData | null>((done) => store.get(id, done), 2 * within);
  const session = Object(read.answer ?? sessionOf({ user: 'ada' })) as SessionData;
  const create = async () => store.createSession({ sessionID: id } as never, { ...session });
  const created = await outcomeOfPromise(create, within);
  const live = (created.answer ?? sessionOf({})) as SessionData;
  Reflect.set(live, 'visits', randomUUID());
  return Promise.all([
    outcomeOf((done) => store.set(id, live, done), within),
    outcomeOf((done) => store.touch(id, session, done), within),
    outcomeOf((done) => store.set(`${id}:new`, sessionOf({ user: 'ada' }), done), within),
    outcomeOf((done) => store.touch(`${id}:new`, sessionOf({ user: 'bob' }), done), within),
    outcomeOf((done) => store.all(done), 6 * within),
    outcomeOf((done) => store.ids(done), 6 * within),
    outcomeOf((done) => store.length(done), 6 * within),
    outcomeOfPromise(() => store.listByUser('ada'), 6 * within),
    outcomeOfPromise(() => store.countByUser('ada'), 6 * within),
    outcomeOfPromise(() => store.update(id, (one) => Object.assign(one, { n: 1 })), 6 * within),
    outcomeOfPromise(() => store.destroyByUser('ada', { except: id }), 6 * within),
    outcomeOf((done) => store.destroy(id, done), within),
    outcomeOf((done) => store.clear(done), 6 * within),
  ]);
}
