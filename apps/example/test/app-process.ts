import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { until } from '@holdfast/test-servers';

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

/** The built app, in a process of its own. */
export interface AppProcess {
  /** All that it printed so far. */
  output(): string;
  /** Answers when it has printed a text. */
  printed(text: string): Promise<void>;
  signal(name: NodeJS.Signals): void;
  /** Sends a signal to it and to all processes that it started, as a terminal does; one that is `detached` only. */
  signalAll(name: NodeJS.Signals): void;
  /** Answers the exit code when the process has ended, or the signal that ended it. */
  ended: Promise<number | NodeJS.Signals>;
  /** Ends it as a service manager would, and answers as `ended` does. */
  stop(): Promise<number | NodeJS.Signals>;
}

const MAIN = join(__dirname, '../dist/main.js');
const running = new Set<AppProcess>();

/**
 * Runs the app, on a free port where no other is given.
 * @param detached whether in a process group of its own.
 */
export function runApp(env: AppEnv, args: string[] = [], detached = false): AppProcess {
  // Nothing of the environment of the tests, which may name a client or a Redis too.
  const child = spawn(process.execPath, [MAIN, ...args], {
    env: { PORT: '0', PATH: process.env.PATH, ...env },
    detached,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  const ended = once(child, 'close').then(([code, signal]) => code ?? signal);
  const signal = (name: NodeJS.Signals) => void child.kill(name);
  const app: AppProcess = {
    output: () => output,
    async printed(text) {
      await until(`the app prints ${text}`, () => output.includes(text) || child.exitCode !== null);
      if (!output.includes(text)) throw new Error(`It ended, and printed only:\n${output}`);
    },
    signal,
    signalAll: (name) => void process.kill(-Number(child.pid), name),
    ended,
    stop() {
      signal('SIGTERM');
      return ended;
    },
  };
  running.add(app);
  ended.then(() => running.delete(app));
  return app;
}

/** Runs the app, and answers when it serves, at `url`. */
export async function startApp(
  env: AppEnv,
  args: string[] = [],
  detached = false,
): Promise<AppProcess & { url: string }> {
  const app = runApp(env, args, detached);
  await app.printed('http://localhost:');
  await app.printed('\n');
  return { ...app, url: app.output().match(/http:\/\/localhost:\d+/)?.[0] ?? '' };
}

/** Ends the processes that a test has left. */
export async function stopApps(): Promise<void> {
  await Promise.all([...running].map((app) => app.stop()));
}
