/** A value that core keeps on objects of the application. It ends with the object. */
export interface PrivateSlot<Value> {
  get(object: object): Value | undefined;
  set(object: object, value: Value): void;
}

/** Returns its argument, so that the private fields of a subclass are added to an object of another class. */
class Returned {
  constructor(object: object) {
    // biome-ignore lint/correctness/noConstructorReturn: the only way to add private fields to an object of another class.
    return object;
  }
}

/**
 * Creates a slot: a private field, which no copy, comparison or serializer sees. Every request reads and writes one. A
 * symbol property takes twice as long for it, and a WeakMap almost three times (`pnpm bench parts`). A symbol property would
 * also be in copies that are made from property descriptors, and some serializers refuse objects with symbols.
 */
export function privateSlot<Value>(): PrivateSlot<Value> {
  /** Newer engines do not add private fields to frozen objects. */
  const ofFrozen = new WeakMap<object, Value>();

  return class Slot extends Returned {
    #value: Value | undefined;

    static get(object: object): Value | undefined {
      return #value in object ? object.#value : ofFrozen.get(object);
    }

    static set(object: object, value: Value): void {
      if (#value in object) object.#value = value;
      else if (Object.isExtensible(object)) new Slot(object).#value = value;
      else ofFrozen.set(object, value);
    }
  };
}
