import { runScript } from '../../processes/run-script.ts';
import { fill } from '../../redis/fill.ts';
import type { Raw } from '../../redis/servers.ts';
import type { Progress } from '../workload.ts';
import { requireAll, TEXT } from './calls.ts';
import { READERS } from './readers.ts';

/** What a process needed to read all sessions. The memory is resident memory in bytes. */
export interface Reading {
  sessions: number;
  milliseconds: number;
  before: number;
  peak: number;
  after: number;
}

export interface ReaderMemoryResult {
  reader: string;
  sessions: number;
  /** A text says why the process failed. */
  reading: Reading | string;
}

const PATIENCE_MS = 120_000;
const SCRIPT = new URL('./reader-script.js', import.meta.url);

export async function measureReaderMemory(
  url: string,
  raw: Raw,
  sizes: readonly number[],
  progress: Progress,
): Promise<ReaderMemoryResult[]> {
  const results: ReaderMemoryResult[] = [];
  for (const sessions of sizes) {
    await fill(raw, 'sess:', sessions, TEXT);
    for (const reader of Object.keys(READERS)) {
      progress(`memory: ${reader} of ${sessions} sessions`);
      results.push({ reader, sessions, reading: await readingOf(reader, url, sessions) });
    }
  }
  return results;
}

async function readingOf(reader: string, url: string, sessions: number): Promise<Reading | string> {
  try {
    const reading = await runScript<Reading>(SCRIPT, [reader, url], PATIENCE_MS);
    requireAll(reading.sessions, sessions);
    return reading;
  } catch (error) {
    return failureOf(error);
  }
}

function failureOf(error: unknown): string {
  const { killed, stderr, message }: { killed?: boolean; stderr?: string; message?: string } =
    Object(error);
  if (killed) return `not ready after ${PATIENCE_MS / 1000} s`;
  return /^(?:.*Error|FATAL ERROR): .+$/m.exec(stderr ?? '')?.[0] ?? String(message);
}
