import { type SpawnOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { until } from './until.ts';

/** A program under test, in a process of its own. */
export interface Program {
  /** All that it printed so far. */
  output(): string;
  /**
   * Answers when it has printed a text.
   * @throws Error where it ends before.
   */
  printed(text: string): Promise<void>;
  signal(name: NodeJS.Signals): void;
  /** Sends a signal to it and to all processes that it started, as a terminal does; one that is `detached` only. */
  signalAll(name: NodeJS.Signals): void;
  /** Answers the exit code when the process has ended, or the signal that ended it. */
  ended: Promise<number | NodeJS.Signals>;
  /** Ends it as a service manager would, where it has not ended, and answers as `ended` does. */
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
      await until(`it prints ${text}`, () => output.includes(text) || child.exitCode !== null);
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
}
