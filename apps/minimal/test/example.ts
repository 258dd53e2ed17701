import { join } from 'node:path';
import { type Program, startProgram } from '@holdfast/test-servers';

/** An example while it serves at `url`. */
export type Example = Program & { url: string };

/** Starts a built example on a free port, and waits until it serves. */
export async function startExample(name: string, env: Record<string, string>): Promise<Example> {
  const example = run(name, env);
  await example.printed('http:');
  await example.printed('\n');
  return { ...example, url: example.output().match(/http:\S+/)?.[0] ?? '' };
}

/** Returns what an example prints that fails to start. */
export async function failure(name: string, env: Record<string, string>): Promise<string> {
  const example = run(name, env);
  if ((await example.ended) === 0) throw new Error('The example ended without an error.');
  return example.output();
}

function run(name: string, env: Record<string, string>): Program {
  const main = join(__dirname, `../dist/${name}.js`);
  return startProgram(process.execPath, [main], { env: { PORT: '0', ...env } });
}
