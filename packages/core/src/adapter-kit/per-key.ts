/** A command that takes any number of keys. */
interface ManyKeys<Reply> {
  keys: readonly string[];
  /**
   * Whether to send a command for each key, all at once, instead of one for all keys. A cluster needs this: a command may
   * only name keys of one slot there.
   */
  isCluster: boolean;
  /** Sends the command with these keys. */
  send: (keys: string[]) => Promise<Reply>;
}

/**
 * Sends a command that takes any number of keys.
 * @returns the reply of each command. None without keys, because Redis rejects a command without any.
 */
export async function perKey<Reply>({ keys, isCluster, send }: ManyKeys<Reply>): Promise<Reply[]> {
  if (keys.length === 0) return [];
  if (!isCluster) return [await send([...keys])];
  return Promise.all(keys.map((key) => send([key])));
}
