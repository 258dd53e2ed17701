import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { until } from '@holdfast/test-servers';

/** A built example, in a process of its own. */
export interface Example {
  /** Where it serves. */
  url: string;
  stop(): Promise<void>;
}

/** Runs an example as a user would, on a free port, and answers when it serves. */
export async function startExample(name: string, env: Record<string, string>): Promise<Example> {
  const { child, output } = run(name, env);
  await until('it serves', () => /http:\S+/.test(output()) || child.exitCode !== null);
  const [url] = output().match(/http:\S+/) ?? [];
  if (url === undefined) throw new Error(`It ended, and printed only:\n${output()}`);
  return {
    url,
    async stop() {
      child.kill();
      await once(child, 'exit');
    },
  };
}

/** What an example prints that ends by itself. */
export async function failure(name: string, env: Record<string, string>): Promise<string> {
  const { child, output } = run(name, env);
  const [code] = await once(child, 'close');
  if (code === 0) throw new Error('It ended as if all were well.');
  return output();
}

function run(name: string, env: Record<string, string>) {
  const main = join(__dirname, `../dist/${name}.js`);
  const child = spawn(process.execPath, [main], { env: { PORT: '0', ...env } });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  return { child, output: () => output };
}
