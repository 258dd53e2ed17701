/** What went wrong, as briefly as an error can say it: `ECONNREFUSED`, or else its message. */
export function reason(error: unknown): string {
  // A name with several addresses, such as localhost, fails with an error for each.
  if (error instanceof AggregateError && error.errors.length > 0) return reason(error.errors[0]);
  if (!(error instanceof Error)) return String(error);
  // The message of a failed system call says nothing more but the address.
  if ('syscall' in error && 'code' in error) return String(error.code);
  return error.message.replace(/\.$/, '');
}
