import { getProperty } from '../util/values.ts';

/**
 * Makes an error say what the server answered, for a client that rewords it: the store recognizes errors of a server by the word that
 * their messages begin with.
 * @param code the first word of the server's answer, such as `READONLY`.
 * @param error the client's error. Its own properties, which may contain keys and values, are left out.
 */
export function serverError(code: string, error: unknown): Error {
  return new Error(`${code} ${getProperty(error, 'message')}`);
}
