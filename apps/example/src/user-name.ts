export const MAX_NAME_LENGTH = 50;

/** Returns the trimmed name, or undefined if it is not a valid name. */
export function userName(input: unknown): string | undefined {
  if (typeof input !== 'string') return undefined;
  const name = input.trim();
  return name !== '' && name.length <= MAX_NAME_LENGTH ? name : undefined;
}
