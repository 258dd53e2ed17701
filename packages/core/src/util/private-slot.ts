/** Notes on objects that only their owner can read, and that are gone with the object. */
export interface Notes<Note> {
  get(object: object): Note | undefined;
  set(object: object, note: Note): void;
}

/** A class whose instances are whatever its constructor is given. */
class Given {
  constructor(object: object) {
    // biome-ignore lint/correctness/noConstructorReturn: a class that extends this one puts its private fields on it.
    return object;
  }
}

/**
 * What a WeakMap does, by a private field that is put on the object. Each request notes something on a session, and
 * what a WeakMap costs the garbage collector is more than all else that the store does in a request.
 */
export function notesOnObjects<Note>(): Notes<Note> {
  // For objects that are frozen, which a later JavaScript lets nobody put a private field on.
  const onFrozen = new WeakMap<object, Note>();

  class Noted extends Given {
    #note: Note | undefined;

    static get(object: object): Note | undefined {
      return #note in object ? object.#note : onFrozen.get(object);
    }

    static set(object: object, note: Note): void {
      if (#note in object) object.#note = note;
      else if (Object.isExtensible(object)) new Noted(object).#note = note;
      else onFrozen.set(object, note);
    }
  }

  return Noted;
}
