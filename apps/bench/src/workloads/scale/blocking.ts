import { interleave } from '../../measuring/rounds.ts';
import { type Spread, spreadOf } from '../../measuring/spread.ts';
import { fill } from '../../redis/fill.ts';
import type { Raw } from '../../redis/servers.ts';
import type { ComparedStore } from '../../stores/compared-stores.ts';
import { type Call, READS, requireAll, TEXT } from './calls.ts';
import { slowestDuring } from './slowlog.ts';

/** The command of a call that blocked the server for longest, per store. */
export interface BlockingResult {
  call: string;
  slowest: { store: string; command: string; milliseconds: Spread }[];
}

const CALLS: Record<string, Call> = {
  ...READS,
  async clear(store) {
    const sessions = await store.length();
    await store.clear();
    return sessions;
  },
};

export async function measureBlocking(
  stores: readonly ComparedStore[],
  raw: Raw,
  sessions: number,
  rounds: number,
): Promise<BlockingResult[]> {
  await fill(raw, 'sess:', sessions, TEXT);
  const results: BlockingResult[] = [];
  for (const [call, run] of Object.entries(CALLS)) {
    const measured = await interleave(stores, rounds, async ({ store }) => {
      if (call === 'clear') await fill(raw, 'sess:', sessions, TEXT);
      return slowestDuring(raw, async () => requireAll(await run(store), sessions));
    });
    const slowest = Array.from(measured, ([{ name }, commands]) => ({
      store: name,
      command: commands.at(-1)?.command ?? '',
      milliseconds: spreadOf(commands.map(({ milliseconds }) => milliseconds)),
    }));
    results.push({ call, slowest });
  }
  return results;
}
