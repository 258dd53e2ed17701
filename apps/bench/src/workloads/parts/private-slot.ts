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
session object, copies the slot to that, and gets it from there.`,
  contestants: {
    privateSlot: reading(privateSlot),
    'a WeakMap': reading(() => new WeakMap()),
    'a symbol property': reading(symbolSlot),
    [NO_SLOT]: reading(() => ({ get: () => undefined, set() {} })),
  },
  without: NO_SLOT,
};

/** A property that is not enumerable, under a symbol. */
function symbolSlot(): PrivateSlot<unknown> {
  const key = Symbol('slot');
  return {
    get: (object) => Reflect.get(object, key),
    set(object, value) {
      Reflect.defineProperty(object, key, { value, writable: true, configurable: true });
    },
  };
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
