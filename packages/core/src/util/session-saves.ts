/** What the copies of this package in one process share: an application can load it as ESM and as CommonJS. */
interface Shared {
  /** Sessions that were not stored, because they had been ended, and whether a change was lost. */
  readonly dropped: WeakMap<object, boolean>;
  /** Requests of which it is known when express-session saves their session by itself. */
  readonly watched: WeakSet<object>;
  /** Whether express-session is about to save a session by itself. */
  isAutomatic: boolean;
}

const KEY = Symbol.for('holdfast.sessionSaves');

const global = globalThis as { [KEY]?: Shared };

function shared(): Shared {
  global[KEY] ??= { dropped: new WeakMap(), watched: new WeakSet(), isAutomatic: false };
  return global[KEY];
}

/** Remembers that a session was not stored, because it had been ended, and whether a change was lost. */
export function noteDropped(session: object, isLoss: boolean): void {
  const { dropped } = shared();
  dropped.set(session, isLoss || dropped.get(session) === true);
}

/** Returns whether a save or touch of this session found that the session had been ended. */
export function wasDropped(session: object): boolean {
  return shared().dropped.has(session);
}

/** Returns whether a change of this session was lost, because the session had been ended. */
export function hasLostChanges(session: object): boolean {
  return shared().dropped.get(session) === true;
}

/** Declares that every save of this request that is not made by {@link automatically} was asked for by the application. */
export function watchSaves(request: object): void {
  shared().watched.add(request);
}

/** Lets express-session save a session by itself. The store is called before this returns. */
export function automatically<Result>(save: () => Result): Result {
  const state = shared();
  state.isAutomatic = true;
  try {
    return save();
  } finally {
    state.isAutomatic = false;
  }
}

/** Returns whether the application has asked for the save that the store is called for. False if that is not known. */
export function isAskedFor(request: object | undefined): boolean {
  const { watched, isAutomatic } = shared();
  return request !== undefined && watched.has(request) && !isAutomatic;
}
