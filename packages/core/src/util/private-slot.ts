/** A value that core keeps on objects of the application. It ends with the object. */
export interface PrivateSlot<Value> {
  get(object: object): Value | undefined;
  set(object: object, value: Value): void;
}

/**
 * Creates a slot: a property under a symbol that no copy, comparison or serializer sees, because it is not enumerable.
 * Every request reads and writes one, and a WeakMap takes almost twice as long for it (`pnpm bench parts`). Private fields
 * take less than half the time, but only a class with a constructor that returns its argument can add them to other objects.
 */
export function privateSlot<Value>(): PrivateSlot<Value> {
  const key = Symbol('holdfast');
  const ofFrozen = new WeakMap<object, Value>();
  return {
    get: (object) => Reflect.get(object, key) ?? ofFrozen.get(object),
    set(object, value) {
      const property = { value, writable: true, configurable: true };
      if (!Reflect.defineProperty(object, key, property)) ofFrozen.set(object, value);
    },
  };
}
