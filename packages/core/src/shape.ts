/** Reads a property of anything, null and undefined included, as `?.` does for values of a known type. */
export function property(value: unknown, name: string): unknown {
  return value === null || value === undefined
    ? undefined
    : (value as Record<string, unknown>)[name];
}

/** Whether a value has functions under all of these names. */
export function hasMethods(value: unknown, ...names: readonly string[]): boolean {
  for (const name of names) if (typeof property(value, name) !== 'function') return false;
  return true;
}

/** A promise that nobody asked for is of no use; that it may fail later must not end the process. */
export function ignoreRejection(answer: unknown): void {
  if (hasMethods(answer, 'then')) Promise.resolve(answer).catch(() => {});
}

/** Whether a value is an object that can hold fields: neither null nor an array. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whether a value is a whole number of at least 1, and none so large that it is no longer exact. */
export function isPositiveInteger(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 1;
}

/** How a message shows a value that was given: what it is, and no text, which may be a secret. */
export function shown(value: unknown): string {
  if (typeof value === 'string') return value === '' ? 'an empty string' : 'a string';
  if (typeof value === 'function') return 'a function';
  if (value instanceof Date) return `the date ${value}`;
  if (hasMethods(value, 'then')) return 'a promise';
  if (Array.isArray(value)) return 'an array';
  return isRecord(value) ? 'an object' : String(value);
}
