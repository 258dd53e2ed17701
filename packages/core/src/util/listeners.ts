import type { HoldfastError } from '../errors.ts';

/** A save that stored nothing. */
export interface DroppedSave {
  /** The session's handle: the SHA-256 of its id, in hexadecimal digits. */
  handle: string;
  /** `gone`: the session was ended, or expired, after the request had read it. */
  reason: 'gone';
}

/** A change of another request that a save has replaced. */
export interface ReplacedChange {
  /** The session's handle: the SHA-256 of its id, in hexadecimal digits. */
  handle: string;
  /** Where both requests had changed the session: `['cart', 'coupon']` for `session.cart.coupon`. */
  path: readonly string[];
}

/** A save that failed. */
export interface FailedSave {
  /** The session's handle: the SHA-256 of its id, in hexadecimal digits. */
  handle: string;
  error: unknown;
}

/**
 * Callbacks for events that have no caller to report to. An error that a callback throws becomes an uncaught exception
 * and does not fail the operation.
 */
export interface Listeners {
  /**
   * Called for each stored value that cannot be read (`ERR_HOLDFAST_SEALED`, `ERR_HOLDFAST_CORRUPT`,
   * `ERR_HOLDFAST_TOO_LARGE`, `ERR_HOLDFAST_WRONG_TYPE`, `ERR_HOLDFAST_INVALID_USER_ID`) if the operation continues without it: a list or count
   * skips it, `destroyByUser` ends it with the others, and a read treats it as a missing session. Also called if an ended session
   * cannot be remembered, and once if Redis deletes keys of the index when its memory is full (`ERR_HOLDFAST_EVICTION`).
   */
  onWarning?(warning: HoldfastError): void;
  /** Called for each save that stored nothing because the session had been ended. */
  onDropped?(dropped: DroppedSave): void;
  /** Called for each change of another request that a save has replaced, because both had changed the same value. */
  onConflict?(conflict: ReplacedChange): void;
  /** Called for each save that failed. Its promise rejects as well, which can be too late to tell the visitor. */
  onSaveError?(failed: FailedSave): void;
  /** Called with true when Redis is found to be unavailable, and with false when it answers again. */
  onOutage?(isUnavailable: boolean): void;
}

/** Returns the same callbacks, all of them present. An error that one throws does not reach the operation. */
export function isolatedListeners(listeners: Listeners): Required<Listeners> {
  return {
    onWarning: (warning) => isolated(() => listeners.onWarning?.(warning)),
    onDropped: (dropped) => isolated(() => listeners.onDropped?.(dropped)),
    onConflict: (conflict) => isolated(() => listeners.onConflict?.(conflict)),
    onSaveError: (failed) => isolated(() => listeners.onSaveError?.(failed)),
    onOutage: (isUnavailable) => isolated(() => listeners.onOutage?.(isUnavailable)),
  };
}

/** Calls a function. An error that it throws becomes an uncaught exception, as with a callback of Node's. */
export function isolated(call: () => void): void {
  try {
    call();
  } catch (error) {
    process.nextTick(() => {
      throw error;
    });
  }
}
