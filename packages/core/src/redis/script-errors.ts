/** What Redis 6 puts before the error of a command in a script: where it failed, several times. */
const PLACE = /^ERR Error running script \(call to \w+\): (?:@user_script: ?\d+: )+-?/;

/**
 * Returns the message of a server as newer servers send it, with the word of the error at the beginning: up to version 6, Redis says
 * first in which line of a script the command failed.
 */
export function withoutPlace(said: string): string {
  const error = said.replace(PLACE, '');
  return error === said || /^[A-Z]+ /.test(error) ? error : `ERR ${error}`;
}
