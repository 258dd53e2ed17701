import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Program, startProgram } from '@holdfast/test-servers';
import { afterAll, beforeAll } from '@jest/globals';

/** The environment of the app. */
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

/** The app while it serves at `url`. */
export type App = Program & { url: string };

/** For a test about the time limits of the app: they are as long as for a user. */
export const REAL_TIMERS: AppEnv = { NODE_OPTIONS: '' };

const MAIN = join(__dirname, '../dist/main.js');
const PATIENT_TIMERS = pathToFileURL(join(__dirname, 'patient-timers.mjs')).href;
const running = new Set<Program>();

/**
 * Starts the built app, on a free port unless `env` sets one.
 * @param detached whether the app gets its own process group.
 */
export function runApp(env: AppEnv, args: string[] = [], detached = false): Program {
  const app = startProgram(process.execPath, [MAIN, ...args], {
    // The environment of the tests may name a client or a Redis, so the app does not inherit it.
    env: {
      PORT: '0',
      PATH: process.env.PATH,
      NODE_OPTIONS: `--import=${PATIENT_TIMERS}`,
      ...env,
    },
    detached,
  });
  running.add(app);
  app.ended.then(() => running.delete(app));
  return app;
}

/** Starts the app, and waits until it serves. */
export async function startApp(env: AppEnv, args: string[] = [], detached = false): Promise<App> {
  const app = runApp(env, args, detached);
  await app.printed('http://localhost:');
  await app.printed('\n');
  return { ...app, url: app.output().match(/http:\/\/localhost:\d+/)?.[0] ?? '' };
}

/** Stops the processes that are still running. */
export async function stopApps(): Promise<void> {
  await Promise.all([...running].map((app) => app.stop()));
}

/** An app that several tests share. */
export interface SharedApp {
  /** Available in tests only, not while they are declared. */
  readonly app: App;
}

/**
 * Starts an app before the tests of a file or a `describe`, and stops it after them.
 * @param env a function if the URL of Redis is not known before the tests start.
 */
export function sharedApp(env: AppEnv | (() => AppEnv), args: string[] = []): SharedApp {
  let app: App | undefined;
  beforeAll(async () => {
    app = await startApp(typeof env === 'function' ? env() : env, args);
  });
  afterAll(async () => {
    await app?.stop();
  });
  return {
    get app() {
      if (app === undefined) throw new Error('The app has not started yet.');
      return app;
    },
  };
}
