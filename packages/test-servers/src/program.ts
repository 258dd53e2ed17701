import { type SpawnOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { until } from './until.ts';

/** A program in a process of its own. */
export interface Program {
  /** Returns what it has printed so far. */
  output(): string;
  /**
   * Waits until it has printed a text.
   * @throws Error if it ends before.
   */
  printed(text: string): Promise<void>;
  signal(name: NodeJS.Signals): void;
  /** Sends a signal to it and to all processes that it started, as a terminal does. Works only if it is `detached`. */
  signalAll(name: NodeJS.Signals): void;
  /** Resolves to the exit code when the process has ended, or to the signal that ended it. */
  ended: Promise<number | NodeJS.Signals>;
  /** Ends it as a service manager does, unless it has ended. Resolves as `ended` does. */
  stop(): Promise<number | NodeJS.Signals>;
}

/**
 * Starts a program.
 * @param options its folder and environment, and whether it is in a process group of its own.
 */
export function startProgram(
  command: string,
  args: readonly string[],
  options: Pick<SpawnOptions, 'cwd' | 'env' | 'detached'>,
): Program {
  const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  const ended = once(child, 'close').then(([code, signal]) => code ?? signal);
  const signal = (name: NodeJS.Signals) => void child.kill(name);
  return {
    output: () => output,
    async printed(text) {
      const isOver = () => child.exitCode !== null || child.signalCode !== null;
      await until(`it prints ${text}`, () => output.includes(text) || isOver() || output);
      if (!output.includes(text)) throw new Error(`It ended before it printed ${text}:\n${output}`);
    },
    signal,
    signalAll: (name) => void process.kill(-Number(child.pid), name),
    ended,
    stop() {
      signal('SIGTERM');
      return ended;
    },
  };
}
