import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { hasContainerEngine } from './container.ts';
import { startOwnEngine } from './own-engine.ts';
import { IMAGE } from './redis-source.ts';

const ending = new AbortController();

/**
 * Runs a command whose tests use a Redis server in a container. If no engine answers, starts one that ends with the
 * command.
 * @returns the exit code of the command.
 */
async function withEngine([command = '', ...args]: string[]): Promise<number> {
  const engine = (await hasContainerEngine()) ? undefined : await startOwnEngine(ending.signal);
  try {
    const forced = {
      TEST_REDIS_URL: '',
      TEST_REDIS_IMAGE: process.env.TEST_REDIS_IMAGE || IMAGE,
      // Tests in turbo's cache did not run in containers.
      TURBO_FORCE: 'true',
      // The engine needs its share of the processor.
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

/** Fails before the tests, because compose.yaml runs after all of them. */
function checkCompose(env: NodeJS.ProcessEnv): void {
  try {
    execFileSync('docker', ['compose', 'version'], { env, stdio: 'ignore' });
  } catch {
    throw new Error(
      'The tests run compose.yaml, and `docker compose version` fails. Install Docker Compose 2.23.1 or newer.',
    );
  }
}

// The engine ends after the command, whatever ends that. A terminal also sends SIGINT to the command.
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
