import { sessionOf } from '../payload.ts';
import type { Raw } from '../raw.ts';
import { interleave, type Spread, spreadOf } from '../rounds.ts';
import type { Subject } from '../subjects.ts';
import { type Call, READS, requireAll } from './calls.ts';
import { fill } from './keys.ts';
import { slowestDuring } from './slowlog.ts';

/** The command of a call that kept the server from everybody else for longest. */
export interface BlockingResult {
  call: string;
  slowest: { subject: string; command: string; milliseconds: Spread }[];
}

const TEXT = JSON.stringify(sessionOf(500));

const CALLS: Record<string, Call> = {
  ...READS,
  async clear(store) {
    const sessions = await store.length();
    await store.clear();
    return sessions;
  },
};

export async function measureBlocking(
  subjects: readonly Subject[],
  raw: Raw,
  sessions: number,
  rounds: number,
): Promise<BlockingResult[]> {
  await fill(raw, 'sess:', sessions, TEXT);
  const results: BlockingResult[] = [];
  for (const [call, run] of Object.entries(CALLS)) {
    const commands = new Map<Subject, string>();
    const times = await interleave(subjects, rounds, async (subject) => {
      if (call === 'clear') await fill(raw, 'sess:', sessions, TEXT);
      const slowest = await slowestDuring(raw, async () =>
        requireAll(await run(subject.store), sessions),
      );
      commands.set(subject, slowest.command);
      return slowest.milliseconds;
    });
    const slowest = subjects.map((subject) => ({
      subject: subject.name,
      command: commands.get(subject) ?? '',
      milliseconds: spreadOf(times.get(subject) ?? []),
    }));
    results.push({ call, slowest });
  }
  return results;
}
