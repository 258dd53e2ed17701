import { mkdir, writeFile } from 'node:fs/promises';
import { type Options, readOptions, USAGE, WrongUsage } from './options.ts';
import { fillIn } from './reporting/fill-in.ts';
import { WORKLOADS } from './workloads/registry.ts';

const DOCS = new URL('../../../docs/', import.meta.url);
const BENCHMARKS = new URL('benchmarks/', DOCS);

try {
  await main(readOptions(process.argv.slice(2)));
} catch (error) {
  if (!(error instanceof WrongUsage)) throw error;
  console.error(`${error.message}\n\n${USAGE}`);
  process.exitCode = 2;
}

async function main({ help, workload, write, ...effort }: Options): Promise<void> {
  if (help) return console.log(USAGE);
  const run = await WORKLOADS[workload]();
  const { text, charts = {}, tables = {} } = await run(effort, console.error);
  console.log(text);
  if (!write) return;
  await mkdir(BENCHMARKS, { recursive: true });
  for (const [name, content] of Object.entries({ [`${workload}.md`]: text, ...charts })) {
    await writeFile(new URL(name, BENCHMARKS), content);
  }
  for (const [name, table] of Object.entries(tables)) {
    await fillIn(new URL(name, DOCS), workload, table);
  }
}
