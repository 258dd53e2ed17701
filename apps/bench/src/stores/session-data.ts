import { Cookie, type SessionData } from 'express-session';

export const DAY_MS: number = 24 * 60 * 60 * 1000;

/** Has as many digits as it ever gets, so that the text keeps its length. */
const FIRST_VISIT = 1_000_000;

declare module 'express-session' {
  interface SessionData {
    visits: number;
    user?: string;
  }
}

/**
 * Makes a session whose JSON has exactly this many bytes, with the fields of a typical application: a counter, a list of
 * small objects, and a text that fills the rest. ASCII only.
 */
export function sessionOf(bytes: number): SessionData {
  const items: object[] = [];
  const session = { cookie: cookieForADay(), visits: FIRST_VISIT, items, note: '' };
  let room = bytes - lengthOf(session);
  if (room < 0) throw new Error(`A session of ${bytes} bytes has no room for its cookie.`);
  for (let id = 1; ; id++) {
    const item = { id, name: `Product ${id}`, price: 9.5 + id, tags: ['new', 'in stock'] };
    const comma = id === 1 ? 0 : 1;
    if (lengthOf(item) + comma > room) break;
    items.push(item);
    room -= lengthOf(item) + comma;
  }
  session.note = 'x'.repeat(room);
  return session;
}

function cookieForADay(): Cookie {
  const cookie = new Cookie();
  cookie.maxAge = DAY_MS;
  return cookie;
}

function lengthOf(session: object): number {
  return Buffer.byteLength(JSON.stringify(session));
}
