import type { Request } from 'express';
import type { Session, SessionData, Store } from 'express-session';

/** The session of a request. */
export type RequestSession = Session & SessionData;

/**
 * Reads a session as it is stored.
 * @throws Error if there is none.
 */
export async function read(store: Store, id: string): Promise<SessionData> {
  const stored = await find(store, id);
  if (!stored) throw new Error(`There is no session ${id}.`);
  return stored;
}

/** Returns whether the session exists. */
export async function has(store: Store, id: string): Promise<boolean> {
  return Boolean(await find(store, id));
}

/** Reads a session and turns it into a request's session, as express-session does at the start of a request. */
export async function load(store: Store, id: string): Promise<RequestSession> {
  const stored = await read(store, id);
  return store.createSession({ sessionID: id, sessionStore: store } as Request, stored);
}

/** Saves a session and renews its cookie, as express-session does before it ends a response. */
export function save(store: Store, session: RequestSession): Promise<void> {
  session.touch();
  return create(store, session.id, session);
}

/** Extends the expiry, as express-session does at the end of a request that changed nothing. */
export function touch(store: Store, session: RequestSession): Promise<void> {
  session.touch();
  return new Promise((resolve, reject) => {
    if (store.touch === undefined) return reject(new Error('The store has no touch.'));
    // Some types omit the error that the callback gets.
    store.touch(session.id, session, (error?: unknown) => (error ? reject(error) : resolve()));
  });
}

/** Stores a session without reading it first. */
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

function find(store: Store, id: string): Promise<SessionData | null | undefined> {
  return new Promise((resolve, reject) => {
    store.get(id, (error, stored) => (error ? reject(error) : resolve(stored)));
  });
}
