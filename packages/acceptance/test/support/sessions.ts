import { Cookie, type SessionData } from 'express-session';

/** Returns a session as express-session passes it to a store. */
export function sessionOf(fields: object = {}, maxAge?: number): SessionData {
  const cookie = new Cookie();
  if (maxAge !== undefined) cookie.maxAge = maxAge;
  return Object.assign({ cookie }, fields);
}

/** Returns a field of a session that may be missing. */
export function fieldOf(session: unknown, name: string): unknown {
  return Reflect.get(Object(session), name);
}
