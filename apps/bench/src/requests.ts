import type { Request } from 'express';
import type { Session, SessionData, Store } from 'express-session';

/** What a request has of its session. */
export type RequestSession = Session & SessionData;

/** Reads a session as it was stored. */
export function read(store: Store, id: string): Promise<SessionData> {
  return new Promise((resolve, reject) => {
    store.get(id, (error, stored) => {
      if (error) return reject(error);
      if (!stored) return reject(new Error(`There is no session ${id}.`));
      resolve(stored);
    });
  });
}

/** Whether there is a session. */
export function has(store: Store, id: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    store.get(id, (error, stored) => (error ? reject(error) : resolve(Boolean(stored))));
  });
}

/** Reads a session and makes a request's session of it, as express-session does when a request comes in. */
export async function load(store: Store, id: string): Promise<RequestSession> {
  const stored = await read(store, id);
  return store.createSession({ sessionID: id, sessionStore: store } as Request, stored);
}

/** Saves it as express-session does when the answer goes out: the cookie's age begins anew. */
export function save(store: Store, session: RequestSession): Promise<void> {
  session.touch();
  return create(store, session.id, session);
}

/** Puts its end off, as express-session does at the end of a request that changed nothing. */
export function touch(store: Store, session: RequestSession): Promise<void> {
  session.touch();
  return new Promise((resolve, reject) => {
    if (store.touch === undefined) return reject(new Error('The store has no touch.'));
    // Some types leave out that the callback is given an error.
    store.touch(session.id, session, (error?: unknown) => (error ? reject(error) : resolve()));
  });
}

/** Stores a session that nobody has read. */
export function create(store: Store, id: string, session: SessionData): Promise<void> {
  return new Promise((resolve, reject) => {
    store.set(id, session, (error?: unknown) => (error ? reject(error) : resolve()));
  });
}

export function destroy(store: Store, id: string): Promise<void> {
  return new Promise((resolve, reject) => {
    store.destroy(id, (error?: unknown) => (error ? reject(error) : resolve()));
  });
}
