import { mkdir, writeFile } from 'node:fs/promises';
import { fillIn } from './fill-in.ts';
import { type Options, readOptions, USAGE, WrongUsage } from './options.ts';
import { WORKLOADS } from './workloads.ts';

const PAGES = new URL('../../../docs/', import.meta.url);
const FOLDER = new URL('benchmarks/', PAGES);

try {
  await main(readOptions(process.argv.slice(2)));
} catch (error) {
  if (!(error instanceof WrongUsage)) throw error;
  console.error(`${error.message}\n\n${USAGE}`);
  process.exitCode = 2;
}

async function main({ help, workload, write, ...effort }: Options): Promise<void> {
  if (help) return console.log(USAGE);
  const progress = (line: string) => console.error(line);
  const { text, charts = {}, tables = {} } = await WORKLOADS[workload](effort, progress);
  console.log(text);
  if (!write) return;
  await mkdir(FOLDER, { recursive: true });
  for (const [name, content] of Object.entries({ [`${workload}.md`]: text, ...charts })) {
    await writeFile(new URL(name, FOLDER), content);
  }
  for (const [name, table] of Object.entries(tables)) {
    await fillIn(new URL(name, PAGES), workload, table);
  }
}
