export const MAX_NAME_LENGTH = 50;

/** The name that somebody signs in with; undefined where it is none. */
export function userName(given: unknown): string | undefined {
  if (typeof given !== 'string') return undefined;
  const name = given.trim();
  return name !== '' && name.length <= MAX_NAME_LENGTH ? name : undefined;
}
