import type { Request } from 'express';
import { MemoryStore } from 'express-session';
import {
  type PrivateSlot,
  privateSlot,
} from '../../../../../packages/core/src/util/private-slot.ts';
import { sessionOf } from '../../stores/session-data.ts';
import { cpuTime, inTurn } from './cpu-time.ts';
import type { Contestant, Part } from './part.ts';

const BYTES = 200;
const NO_SLOT = 'no slot';

export const privateSlots: Part = {
  about: `Does what a request does: parses a session of ${BYTES} bytes, sets the slot of the result, lets express-session create its
session object, copies the slot to that, and gets it from there. The private field is that of a class whose constructor
returns its argument, which adds the field to any object.`,
  contestants: {
    privateSlot: reading(privateSlot),
    'a WeakMap': reading(() => new WeakMap()),
    'a private field': reading(() => Field),
    [NO_SLOT]: reading(() => ({ get: () => undefined, set() {} })),
  },
  without: NO_SLOT,
};

/** Returns its argument, so that a subclass adds its private fields to any object. */
class Returned {
  constructor(object: object) {
    // biome-ignore lint/correctness/noConstructorReturn: the only way to add private fields to an object of another class.
    return object;
  }
}

class Field extends Returned {
  #value: unknown;

  static get(object: object): unknown {
    return #value in object ? object.#value : undefined;
  }

  static set(object: object, value: unknown): void {
    const field = #value in object ? object : new Field(object);
    field.#value = value;
  }
}

function reading(create: () => PrivateSlot<unknown>): Contestant {
  return cpuTime(() => {
    const slot = create();
    const store = new MemoryStore();
    const text = JSON.stringify(sessionOf(BYTES));
    return inTurn(() => {
      const stored = JSON.parse(text);
      slot.set(stored, { text });
      const request = { sessionID: 'id' } as Request;
      const session = store.createSession(request, stored);
      slot.set(session, slot.get(stored));
      return slot.get(session);
    });
  });
}
