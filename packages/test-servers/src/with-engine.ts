import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { hasContainerEngine } from './container.ts';
import { startOwnEngine } from './own-engine.ts';
import { IMAGE } from './way.ts';

const ending = new AbortController();

/**
 * Runs a command whose tests take their Redis from containers: with the engine of the machine, or with one of its own
 * that ends with the command.
 * @returns the exit code of the command.
 */
async function withEngine([command = '', ...args]: string[]): Promise<number> {
  const engine = (await hasContainerEngine()) ? undefined : await startOwnEngine();
  try {
    const forced = {
      TEST_REDIS_URL: '',
      TEST_REDIS_IMAGE: process.env.TEST_REDIS_IMAGE || IMAGE,
      // What turbo has in its cache did not run.
      TURBO_FORCE: 'true',
      // The engine takes its share of the processor, and of the time that a test has.
      TURBO_CONCURRENCY: '1',
    };
    const env = { ...process.env, ...forced, ...engine?.env };
    checkCompose(env);
    const child = spawn(command, args, { stdio: 'inherit', env, signal: ending.signal });
    const [code] = await once(child, 'close');
    return code ?? 1;
  } finally {
    await engine?.stop();
  }
}

/** Tells at once what would else tell after all the tests. */
function checkCompose(env: NodeJS.ProcessEnv): void {
  try {
    execFileSync('docker', ['compose', 'version'], { env, stdio: 'ignore' });
  } catch {
    throw new Error(
      'The tests run compose.yaml, and `docker compose version` fails. Install Docker Compose 2.23.1 or newer.',
    );
  }
}

// Whatever ends the command, the engine ends after it. A terminal sends SIGINT to the command by itself.
process.on('SIGINT', () => {}).on('SIGTERM', () => ending.abort());
withEngine(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  },
);
