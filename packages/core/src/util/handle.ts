import { hash } from 'node:crypto';

/** SHA-256 of a session id, in hexadecimal digits, as the id itself would let its reader in. */
export function hashOfId(id: string): string {
  return hash('sha256', id);
}

const HANDLE = /^[\da-f]{64}$/;

/** Whether a value is a hash of an id, which names a session in lists and opens none. */
export function isHandle(value: unknown): value is string {
  return typeof value === 'string' && HANDLE.test(value);
}
