import { hash } from 'node:crypto';

/** SHA-256 of a session id, in hexadecimal digits, as the id itself would let its reader in. */
export function hashOfId(id: string): string {
  return hash('sha256', id);
}
