import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/**
 * Runs a script in its own Node process and parses the JSON that it prints.
 * @throws the error of `execFile` if the process fails or takes longer than the limit.
 */
export async function runScript<Result>(
  script: URL,
  args: readonly string[],
  limitMs?: number,
): Promise<Result> {
  const command = ['--expose-gc', fileURLToPath(script), ...args];
  const { stdout } = await promisify(execFile)(process.execPath, command, {
    timeout: limitMs,
    killSignal: 'SIGKILL',
  });
  return JSON.parse(stdout);
}
