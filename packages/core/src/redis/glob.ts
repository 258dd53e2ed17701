/**
 * Escapes a text so that it matches only itself in a glob-style pattern of Redis (KEYS, and SCAN's MATCH).
 * Source: `stringmatchlen` in util.c of Redis, where a backslash makes the next character literal.
 */
export function escapeGlob(text: string): string {
  return text.replace(/[*?[\]^\\-]/g, '\\$&');
}
