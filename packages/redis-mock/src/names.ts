/** Stands before the number of a replaced character. A private-use character, because those are rare in keys. */
const SIGN = '\ue000';

/** The characters that KEYS does not match, because a dot of a regular expression does not, and the sign itself. */
const SPECIAL = [SIGN, '\n', '\r', '\u2028', '\u2029'];

/** Stands before the names that every object of JavaScript has, because redis-mock keeps keys and members in plain objects. */
const INHERITED = `${SIGN}_`;

/** Returns the name under which redis-mock keeps a key, or a member of a set. Most names stay as they are. */
export function encodeName(name: string): string {
  const safe = name.replace(/[\ue000\n\r\u2028\u2029]/g, (each) => SIGN + SPECIAL.indexOf(each));
  return safe in Object.prototype ? INHERITED + safe : safe;
}

/** Returns the name that {@link encodeName} was given. */
export function decodeName(encoded: string): string {
  const safe = encoded.startsWith(INHERITED) ? encoded.slice(INHERITED.length) : encoded;
  return safe.replace(/\ue000(\d)/g, (_, index) => SPECIAL[index] ?? '');
}
