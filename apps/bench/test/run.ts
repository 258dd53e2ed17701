import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll } from '@jest/globals';

const MAIN = join(__dirname, '../dist/main.js');

/** On a busy machine, a smoke run takes a multiple of its usual seconds. */
const PATIENCE_MS = 300_000;

/** A median with its minimum and maximum. */
export const SPREAD: RegExp = /^[\d.]+ \([\d.]+ – [\d.]+\)$/;

/**
 * Runs the built bench, on a Redis of its own, so that it measures no other commands, and without namespaces, which change the
 * network of the machine.
 */
export function bench(...args: string[]): Promise<{ stdout: string; stderr: string }> {
  const own = {
    TEST_REDIS_URL: '',
    HOLDFAST_TEST_REDIS_SOURCE: '',
    HOLDFAST_TEST_NETWORK: 'proxies',
  };
  const env = { ...process.env, ...own };
  return promisify(execFile)(process.execPath, [MAIN, ...args], { env });
}

/** Runs a workload before the tests, as small as possible. Returns a function that returns its page. */
export function smokeRun(workload: string): () => string {
  let page = '';
  beforeAll(async () => {
    page = (await bench(workload, '--smoke')).stdout;
  }, PATIENCE_MS);
  return () => page;
}

/** Returns everything after a heading. */
export function after(page: string, heading: string): string {
  return page.split(`\n${heading}\n`)[1] ?? '';
}

/** Returns the other cells of the table row that starts with these cells. */
export function row(page: string, ...beginning: string[]): string[] {
  const start = `| ${beginning.join(' | ')} |`;
  const line = page.split('\n').find((each) => each.startsWith(start)) ?? '';
  return line
    .slice(start.length, -1)
    .split('|')
    .map((cell) => cell.trim());
}
