import { join } from 'node:path';
import { type Program, startProgram } from '@holdfast/test-servers';

/** An example that serves. */
export type Example = Program & { url: string };

/** Runs a built example as a user would, on a free port, and answers when it serves, at `url`. */
export async function startExample(name: string, env: Record<string, string>): Promise<Example> {
  const example = run(name, env);
  await example.printed('http:');
  await example.printed('\n');
  return { ...example, url: example.output().match(/http:\S+/)?.[0] ?? '' };
}

/** What an example prints that ends by itself. */
export async function failure(name: string, env: Record<string, string>): Promise<string> {
  const example = run(name, env);
  if ((await example.ended) === 0) throw new Error('It ended as if all were well.');
  return example.output();
}

function run(name: string, env: Record<string, string>): Program {
  const main = join(__dirname, `../dist/${name}.js`);
  return startProgram(process.execPath, [main], { env: { PORT: '0', ...env } });
}
