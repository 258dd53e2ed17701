import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

const MAIN = join(__dirname, '../dist/main.js');

/** Runs the bench as it was built, on a Redis of its own: what others do there would be measured, too. */
export function bench(...args: string[]): Promise<{ stdout: string; stderr: string }> {
  const env = { ...process.env, TEST_REDIS_URL: '' };
  return promisify(execFile)(process.execPath, [MAIN, ...args], { env });
}

/** The cells of a row of a Markdown table, by how the row begins. */
export function row(page: string, ...beginning: string[]): string[] {
  const start = `| ${beginning.join(' | ')} |`;
  const line = page.split('\n').find((each) => each.startsWith(start)) ?? '';
  return line
    .slice(start.length, -1)
    .split('|')
    .map((cell) => cell.trim());
}
