import { randomInt } from 'node:crypto';

/**
 * How many characters a stamp has: white space at the end of a text, which no other write ends in. JSON ignores it there. So
 * two texts with the same stamp are one, and a short comparison tells whether a key still holds what was read.
 */
export const STAMP_LENGTH = 24;

/** Begins each stamp. White space that repeats one, two, or three characters, with which a serializer may pad its text, has no such place. */
const HEAD = '\r\r\t\n';

const DIGITS = ' \t\n\r';

/** The four digits of each byte, because to compute them would take longer than to look them up. */
const BYTES: readonly string[] = Array.from({ length: 256 }, (_, byte) =>
  [6, 4, 2, 0].map((shift) => DIGITS[(byte >> shift) & 3]).join(''),
);

/** How many bits of a number stay while the others count. */
const STEADY_BITS = 24;
const COUNTED = 0x10000;

/** The number of the last stamp: 40 bits from a random start, so that two processes are not at the same one. */
let steady = randomInt(2 ** STEADY_BITS);
let counted = randomInt(COUNTED);
let beginning = beginningOf(steady);

/** Returns a stamp that no other write has. */
export function nextStamp(): string {
  counted++;
  if (counted === COUNTED) {
    counted = 0;
    steady = (steady + 1) % 2 ** STEADY_BITS;
    beginning = beginningOf(steady);
  }
  return `${beginning}${BYTES[counted >> 8]}${BYTES[counted & 255]}`;
}

function beginningOf(number: number): string {
  return HEAD + [16, 8, 0].map((shift) => BYTES[(number >> shift) & 255]).join('');
}

/**
 * Returns the stamped text `before` if it differs from `text` in nothing but the stamp, otherwise `text`. So a write that changes nothing is
 * no change for the requests that have read the same text.
 */
export function withStampOf(before: string, text: string): string {
  const isSame =
    before.length === text.length &&
    STAMP.test(before.slice(-STAMP_LENGTH)) &&
    STAMP.test(text.slice(-STAMP_LENGTH)) &&
    before.slice(0, -STAMP_LENGTH) === text.slice(0, -STAMP_LENGTH);
  return isSame ? before : text;
}

const STAMP = new RegExp(`^${HEAD}[${DIGITS}]+$`);

/** What `encrypted` writes ends in the tag of AES-GCM, which is as unique. */
const ENCRYPTED = /^hf1z?\./;
const BASE64URL = /^[\w-]+$/;

/** Returns the end of a text, of {@link STAMP_LENGTH} bytes, if no other write has the same. */
export function uniqueEndOf(text: string): string | undefined {
  const end = text.slice(-STAMP_LENGTH);
  const isUnique = STAMP.test(end) || (ENCRYPTED.test(text) && BASE64URL.test(end));
  return isUnique && end.length === STAMP_LENGTH ? end : undefined;
}
