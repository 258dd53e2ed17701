import { onPath } from './on-path.ts';

/** The names of chromium on PATH. */
const PROGRAMS = ['chromium', 'chromium-browser', 'google-chrome'];

/** What a machine offers. The tests of {@link chromiumPath} pass their own. */
export interface BrowserMachine {
  env: { CHROMIUM_PATH?: string | undefined };
  onPath(program: string): string | undefined;
}

/**
 * Returns the path of chromium: `CHROMIUM_PATH`, or else the one on PATH.
 * @throws Error that names both, if there is none.
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
