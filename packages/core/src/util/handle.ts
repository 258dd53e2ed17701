import { hash } from 'node:crypto';

/**
 * Returns the handle of a session: the SHA-256 of its id, in hexadecimal digits. A handle can be shown and logged. The
 * id itself would let its reader sign in.
 */
export function handleOf(id: string): string {
  return hash('sha256', id);
}

const HANDLE = /^[\da-f]{64}$/;

/** Returns whether a value has the form of a handle. */
export function isHandle(value: unknown): value is string {
  return typeof value === 'string' && HANDLE.test(value);
}
