/**
 * Gives a command of many keys to a client.
 * @param alone true for a cluster: a command may only name keys of one slot there, so each key goes in a command of
 *   its own, all of them at once.
 * @param command sends one command.
 * @returns the reply of each command; none for no keys, as Redis refuses a command without any.
 */
export async function perSlot<Reply>(
  keys: readonly string[],
  alone: boolean,
  command: (keys: string[]) => Promise<Reply>,
): Promise<Reply[]> {
  if (keys.length === 0) return [];
  if (!alone) return [await command([...keys])];
  return Promise.all(keys.map((key) => command([key])));
}
