/** Returns the shortest description of an error: a code such as `ECONNREFUSED`, otherwise its message. */
export function reason(error: unknown): string {
  // A host name with several addresses, such as localhost, fails with one error for each.
  if (error instanceof AggregateError && error.errors.length > 0) return reason(error.errors[0]);
  if (!(error instanceof Error)) return String(error);
  // The message of a failed system call adds only the address.
  if ('syscall' in error && 'code' in error) return String(error.code);
  return error.message.replace(/\.$/, '');
}
