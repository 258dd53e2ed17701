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
  new Promise((resolve) => resolve(answer)).catch(() => {});
}

/** Whether a value is an object that can hold fields: neither null nor an array. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whether a value is a whole number of at least 1, and none so large that it is no longer exact. */
export function isPositiveInteger(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 1;
}

/**
 * Whether a value can be a part of a key's name: text that is not empty, nor has half a surrogate pair, of which UTF-8
 * makes the same character whichever it is, so that two texts would become one key.
 */
export function isKeyText(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value.isWellFormed();
}

/** How a message shows a value that was given: what it is, and no text, which may be a secret. */
export function shown(value: unknown): string {
  if (typeof value === 'string') return shownText(value);
  try {
    return shownKind(value);
  } catch {
    return 'an object that cannot be looked at';
  }
}

function shownText(text: string): string {
  if (text === '') return 'an empty string';
  return text.isWellFormed() ? 'a string' : 'a string with half a surrogate pair';
}

function shownKind(value: unknown): string {
  if (typeof value === 'function') return 'a function';
  if (value instanceof Date) return `the date ${value}`;
  if (hasMethods(value, 'then')) return 'a promise';
  if (Array.isArray(value)) return 'an array';
  return isRecord(value) ? 'an object' : String(value);
}
