/** Reads a property of any value. Returns undefined for null and undefined. */
export function getProperty(value: unknown, name: string): unknown {
  return value === null || value === undefined
    ? undefined
    : (value as Record<string, unknown>)[name];
}

/** Returns whether a value has functions under all of these names. */
export function hasMethods(value: unknown, ...names: readonly string[]): boolean {
  for (const name of names) if (typeof getProperty(value, name) !== 'function') return false;
  return true;
}

/**
 * Returns whether a value is a promise of any realm, or another object with a `then`. `instanceof Promise` is false for
 * every promise that Node's own functions return under Jest.
 */
export function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && hasMethods(value, 'then');
}

/** Keeps a promise that no code waits for from ending the process when it rejects. */
export function ignoreRejection(value: unknown): void {
  new Promise((resolve) => resolve(value)).catch(() => {});
}

/** Returns whether a value is an object that can hold fields: neither null nor an array. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Returns whether a value is an integer of at least 1 that a number can hold exactly. */
export function isPositiveInteger(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 1;
}

/**
 * Returns whether a value can be part of a key's name: a non-empty string without lone surrogates. UTF-8 encodes every
 * lone surrogate as the same character, so two different strings would become one key.
 */
export function isKeyText(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value.isWellFormed();
}

/** Describes a value in an error message: its kind, and never a text, which may be a secret. */
export function describeValue(value: unknown): string {
  if (typeof value === 'string') return describeText(value);
  try {
    return describeOther(value);
  } catch {
    return 'an object that cannot be inspected';
  }
}

/** Describes a value that may be an id or the content of a session: as {@link describeValue}, and never a number either. */
export function describeContent(value: unknown): string {
  const kind = typeof value;
  return kind === 'number' || kind === 'bigint' || kind === 'symbol'
    ? `a ${kind}`
    : describeValue(value);
}

function describeText(text: string): string {
  if (text === '') return 'an empty string';
  return text.isWellFormed() ? 'a string' : 'a string with a lone surrogate';
}

function describeOther(value: unknown): string {
  if (typeof value === 'function') return 'a function';
  if (typeof value === 'bigint') return `${value}n`;
  if (value instanceof Date) return `the date ${value}`;
  if (hasMethods(value, 'then')) return 'a promise';
  if (Array.isArray(value)) return 'an array';
  return isRecord(value) ? 'an object' : String(value);
}
