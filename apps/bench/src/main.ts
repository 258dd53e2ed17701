import { mkdir, writeFile } from 'node:fs/promises';
import { type Options, readOptions, USAGE, WrongUsage } from './options.ts';
import { WORKLOADS } from './workloads.ts';

const FOLDER = new URL('../../../docs/benchmarks/', import.meta.url);

try {
  await main(readOptions(process.argv.slice(2)));
} catch (error) {
  if (!(error instanceof WrongUsage)) throw error;
  console.error(`${error.message}\n\n${USAGE}`);
  process.exitCode = 2;
}

async function main({ help, workload, write, ...effort }: Options): Promise<void> {
  if (help) return console.log(USAGE);
  const { text, charts = {} } = await WORKLOADS[workload](effort, (line) => console.error(line));
  console.log(text);
  if (!write) return;
  await mkdir(FOLDER, { recursive: true });
  for (const [name, content] of Object.entries({ [`${workload}.md`]: text, ...charts })) {
    await writeFile(new URL(name, FOLDER), content);
  }
}
