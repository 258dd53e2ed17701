import { onPath } from './on-path.ts';

/** What chromium is called, where it is on PATH. */
const PROGRAMS = ['chromium', 'chromium-browser', 'google-chrome'];

/** What a machine offers; the tests of {@link chromiumPath} give their own. */
export interface BrowserMachine {
  env: { CHROMIUM_PATH?: string | undefined };
  onPath(program: string): string | undefined;
}

/**
 * The chromium for tests in a browser: at `CHROMIUM_PATH`, else on PATH.
 * @throws Error, naming both, where there is none.
 */
export function chromiumPath(machine: BrowserMachine = { env: process.env, onPath }): string {
  const [found] = PROGRAMS.flatMap((program) => machine.onPath(program) ?? []);
  const path = machine.env.CHROMIUM_PATH || found;
  if (path !== undefined) return path;
  throw new Error(
    'The tests of pages need chromium. Set CHROMIUM_PATH to it, or put one of these on PATH: ' +
      `${PROGRAMS.join(', ')}.`,
  );
}
