/** The key of a set that all copies of this package share: an application can load it as ESM and as CommonJS. */
const DROPPED = Symbol.for('holdfast.droppedSessions');

const shared = globalThis as { [DROPPED]?: WeakSet<object> };

function dropped(): WeakSet<object> {
  shared[DROPPED] ??= new WeakSet();
  return shared[DROPPED];
}

/** Remembers that a session was not stored, because it had been ended. */
export function noteDropped(session: object): void {
  dropped().add(session);
}

/** Returns whether a save or touch of this session found that the session had been ended. */
export function wasDropped(session: object): boolean {
  return dropped().has(session);
}
