import { join } from 'node:path';
import { type Program, startProgram } from '@holdfast/test-servers';

/** What the app is told by its environment. */
export interface AppEnv {
  PORT?: string;
  HOLDFAST_CLIENT?: string;
  REDIS_URL?: string;
  SESSION_SECRET?: string;
  TRUST_PROXY?: string;
  PATH?: string;
  NODE_ENV?: string;
  NODE_OPTIONS?: string;
}

const MAIN = join(__dirname, '../dist/main.js');
const running = new Set<Program>();

/**
 * Runs the built app, on a free port where no other is given.
 * @param detached whether in a process group of its own.
 */
export function runApp(env: AppEnv, args: string[] = [], detached = false): Program {
  const app = startProgram(process.execPath, [MAIN, ...args], {
    // Nothing of the environment of the tests, which may name a client or a Redis too.
    env: { PORT: '0', PATH: process.env.PATH, ...env },
    detached,
  });
  running.add(app);
  app.ended.then(() => running.delete(app));
  return app;
}

/** Runs the app, and answers when it serves, at `url`. */
export async function startApp(
  env: AppEnv,
  args: string[] = [],
  detached = false,
): Promise<Program & { url: string }> {
  const app = runApp(env, args, detached);
  await app.printed('http://localhost:');
  await app.printed('\n');
  return { ...app, url: app.output().match(/http:\/\/localhost:\d+/)?.[0] ?? '' };
}

/** Ends the processes that a test has left. */
export async function stopApps(): Promise<void> {
  await Promise.all([...running].map((app) => app.stop()));
}
