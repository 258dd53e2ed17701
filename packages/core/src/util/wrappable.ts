/** The property that leads from an object that wraps an instance to the instance. */
const INSTANCE = Symbol('instance');

type Method = (...args: unknown[]) => unknown;

/** Makes an instance reachable for the methods of a {@link wrappable} class. Its constructor must call this. */
export function rememberInstance(instance: object): void {
  Object.defineProperty(instance, INSTANCE, { value: instance, configurable: true });
}

/**
 * Makes the methods of a class run on the instance when they are called on an object that wraps it: a `Proxy`, as tracing tools
 * create, or `Object.create(instance)`, as mocks do. Such an object inherits properties and not private fields.
 */
export function wrappable({ prototype }: { prototype: object }): void {
  const { constructor: _, ...properties } = Object.getOwnPropertyDescriptors(prototype);
  for (const [name, { value: method, ...property }] of Object.entries<PropertyDescriptor>(
    properties,
  )) {
    if (typeof method !== 'function') continue;
    const onInstance = function (this: { [INSTANCE]: unknown }, ...args: unknown[]): unknown {
      return Reflect.apply(method as Method, this[INSTANCE], args);
    };
    Object.defineProperty(prototype, name, { ...property, value: onInstance });
  }
}
