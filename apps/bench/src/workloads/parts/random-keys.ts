import { randomBytes } from 'node:crypto';

/** Makes keys with the default prefix and ids as express-session generates them: 37 characters. */
export function randomKeys(count: number): string[] {
  return Array.from({ length: count }, () => {
    const key = Buffer.from(`sess:${randomBytes(24).toString('base64url')}`);
    // In one piece, as a client returns it. The text above still consists of its two parts.
    return key.toString('latin1');
  });
}
