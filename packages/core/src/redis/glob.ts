/**
 * Makes a text match only itself in a glob-style pattern of Redis (KEYS, and SCAN's MATCH).
 * Source: Redis, `stringmatchlen` in util.c, where a backslash takes the next character literally.
 */
export function escapeGlob(text: string): string {
  return text.replace(/[*?[\]^\\-]/g, '\\$&');
}
