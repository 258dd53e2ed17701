import type { HoldfastError } from '../errors.ts';

/** A save that stored nothing. */
export interface DroppedSave {
  /** SHA-256 of the session id, in hexadecimal digits, as the id itself would let its reader in. */
  handle: string;
  /** `gone`: the session was ended, or expired, since it was read. */
  reason: 'gone';
}

/** A save that failed. */
export interface FailedSave {
  /** SHA-256 of the session id, in hexadecimal digits. */
  handle: string;
  error: unknown;
}

/** Who is told of what no caller is. What they throw is an uncaught exception, and no failure of an operation. */
export interface Listeners {
  /**
   * Told of each stored value that cannot be read (`ERR_HOLDFAST_SEALED`, `ERR_HOLDFAST_CORRUPT`,
   * `ERR_HOLDFAST_WRONG_TYPE`, `ERR_HOLDFAST_INVALID_USER_ID`) and so is left out of a list or count, or ended with the
   * others of a user, and of each that a read or update takes for no session because it does not open
   * (`ERR_HOLDFAST_SEALED`).
   */
  onWarning?(warning: HoldfastError): void;
  /** Told of each save that stored nothing, because whoever ended a session has the last word. */
  onDropped?(dropped: DroppedSave): void;
  /**
   * Told of each save that failed, which whoever asked for it is also told, but perhaps too late to say so to a
   * visitor.
   */
  onSaveError?(failed: FailedSave): void;
  /** Told when Redis is found to be away, and when it is back. */
  onOutage?(isAway: boolean): void;
}

/** The same listeners, of which none can throw into the work that they are told of. */
export function harmless(listeners: Listeners): Required<Listeners> {
  return {
    onWarning: (warning) => harmlessly(() => listeners.onWarning?.(warning)),
    onDropped: (dropped) => harmlessly(() => listeners.onDropped?.(dropped)),
    onSaveError: (failed) => harmlessly(() => listeners.onSaveError?.(failed)),
    onOutage: (isAway) => harmlessly(() => listeners.onOutage?.(isAway)),
  };
}

/** Calls a listener; what it throws is an uncaught exception, as with a callback. */
export function harmlessly(call: () => void): void {
  try {
    call();
  } catch (error) {
    process.nextTick(() => {
      throw error;
    });
  }
}
