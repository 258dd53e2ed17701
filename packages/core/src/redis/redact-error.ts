/** What stands between the reason and the command, in errors of Redis and of HTTP clients. Redis shortens the command. */
const COMMAND_FOLLOWS = /[\s,;:.]*\b(?:with args beginning with|command was)\b.*/is;

const REMOVED = '[removed]';

/**
 * Removes keys and commands from the error of a client, because they contain session ids and content, and errors end up in logs:
 *
 * - from its message and stack trace, what follows the reason of the error, and every name that begins with the prefix;
 * - from what is logged of it, its property `command`, which ioredis and its forks attach.
 *
 * Changes the error itself, which code that has the client's error events may hold as well.
 */
export function redactError(cause: unknown, prefix: string): void {
  try {
    if (!(cause instanceof Error)) return;
    const { message, stack } = cause;
    const redacted = redactText(message, prefix);
    if (redacted !== message) {
      hide(cause, 'message', redacted);
      hide(
        cause,
        'stack',
        stack?.replace(message, () => redacted),
      );
    }
    if (Object.hasOwn(cause, 'command')) hide(cause, 'command', Reflect.get(cause, 'command'));
  } catch {
    // The error of a client can be any object, even one that throws when it is read.
  }
}

/** @param prefix what the names of keys begin with, or contain. Removes none if it is empty. */
export function redactText(text: string, prefix: string): string {
  const reason = text.replace(COMMAND_FOLLOWS, `: ${REMOVED}`);
  if (prefix === '') return reason;
  const [first = '', ...others] = reason.split(prefix);
  return first + others.map((rest) => REMOVED + rest.replace(/^[^\s'"`,;)\]}]*/, '')).join('');
}

/** Not enumerable, as the message of an error is. */
function hide(error: Error, name: string, value: unknown): void {
  Object.defineProperty(error, name, {
    value,
    enumerable: false,
    writable: true,
    configurable: true,
  });
}
