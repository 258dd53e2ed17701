import type { Raw } from '../raw.ts';
import { type HoldfastOptions, openHoldfast } from '../subjects.ts';
import { signInMany } from './users.ts';

/** What a session takes of the server's memory. */
export interface CostResult {
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

/** Measures what the index of a session takes, in an empty Redis that is empty again afterwards. */
export async function measureCost(url: string, raw: Raw, sessions: number): Promise<CostResult[]> {
  const results: CostResult[] = [];
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
