import { getProperty, hasMethods } from '../util/values.ts';
import type { Fields } from './merge.ts';

/** Returns a copy of a session's cookie, with the fields that JSON writes. Empty for a session without a cookie. */
export function cookieFieldsOf(session: object): Fields {
  const cookie = getProperty(session, 'cookie');
  const fields = hasMethods(cookie, 'toJSON') ? (cookie as { toJSON(): unknown }).toJSON() : cookie;
  return { ...Object(fields) };
}
