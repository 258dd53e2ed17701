/**
 * Runs in place of a method.
 * @param proceed calls the method.
 * @param args what the caller passed.
 */
export type Gate = (proceed: () => unknown, args: unknown[]) => unknown;

/**
 * Puts a gate in front of a method of one object, and keeps it in front when the method is replaced. Middleware such as
 * compression replaces methods of the response, and would otherwise run before the gate.
 */
export function putGate(object: object, name: string, gate: Gate): void {
  const gated =
    (method: (...args: unknown[]) => unknown) =>
    (...args: unknown[]) =>
      gate(() => Reflect.apply(method, object, args), args);
  let current = gated(Reflect.get(object, name));
  Object.defineProperty(object, name, {
    configurable: true,
    enumerable: true,
    get: () => current,
    set(replacement) {
      current = gated(replacement);
    },
  });
}
