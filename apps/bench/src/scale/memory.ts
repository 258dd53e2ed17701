import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { sessionOf } from '../payload.ts';
import type { Raw } from '../raw.ts';
import type { Progress } from '../workloads.ts';
import { requireAll } from './calls.ts';
import { fill } from './keys.ts';
import { READERS } from './readers.ts';

/** What reading all sessions took of a process that does nothing else. Bytes of resident memory. */
export interface Reading {
  sessions: number;
  milliseconds: number;
  before: number;
  peak: number;
  after: number;
}

export interface MemoryResult {
  reader: string;
  sessions: number;
  /** Or how the process ended without one. */
  reading: Reading | string;
}

const TEXT = JSON.stringify(sessionOf(500));
const PATIENCE_MS = 120_000;
/** Where the bundle has it. */
const READER = fileURLToPath(new URL('./scale/reader.js', import.meta.url));

export async function measureMemory(
  url: string,
  raw: Raw,
  sizes: readonly number[],
  progress: Progress,
): Promise<MemoryResult[]> {
  const results: MemoryResult[] = [];
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
    const limits = { timeout: PATIENCE_MS, killSignal: 'SIGKILL' } as const;
    const { stdout } = await promisify(execFile)(process.execPath, [READER, reader, url], limits);
    const reading: Reading = JSON.parse(stdout);
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
