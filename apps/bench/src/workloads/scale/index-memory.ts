import type { Raw } from '../../redis/servers.ts';
import { type HoldfastOptions, openHoldfast } from '../../stores/compared-stores.ts';
import { signInMany } from '../../stores/sign-in.ts';

/** How much of the server's memory a session uses. */
export interface IndexMemoryResult {
  options: string;
  bytes: number;
}

const userId: HoldfastOptions['userId'] = ({ user }) => user;
const OPTIONS: Record<string, HoldfastOptions> = {
  none: {},
  '`userId`': { userId },
  '`trackCount`': { trackCount: true },
  '`userId` and `trackCount`': { userId, trackCount: true },
};

/** Measures a session's memory with and without an index. Needs an empty Redis, and empties it again. */
export async function measureIndexMemory(
  url: string,
  raw: Raw,
  sessions: number,
): Promise<IndexMemoryResult[]> {
  const results: IndexMemoryResult[] = [];
  for (const [name, options] of Object.entries(OPTIONS)) {
    const { store, close } = await openHoldfast(url, options);
    const before = await usedMemory(raw);
    await signInMany(store, 'user', sessions);
    results.push({ options: name, bytes: ((await usedMemory(raw)) - before) / sessions });
    await raw('FLUSHDB');
    await close();
  }
  return results;
}

async function usedMemory(raw: Raw): Promise<number> {
  const info = String(await raw('INFO', 'memory'));
  return Number(/^used_memory:(\d+)/m.exec(info)?.[1]);
}
