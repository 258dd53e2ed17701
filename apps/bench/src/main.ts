import { mkdir, writeFile } from 'node:fs/promises';
import { startRedis } from '@holdfast/test-servers';
import { runBench } from './bench.ts';
import { type Options, readOptions, USAGE, WrongUsage } from './options.ts';
import { report } from './report.ts';

const FOLDER = new URL('../../../docs/benchmarks/', import.meta.url);

try {
  await main(readOptions(process.argv.slice(2)));
} catch (error) {
  if (!(error instanceof WrongUsage)) throw error;
  console.error(`${error.message}\n\n${USAGE}`);
  process.exitCode = 2;
}

async function main(options: Options): Promise<void> {
  if (options.help) return console.log(USAGE);
  const redis = await startRedis();
  try {
    const { rounds, seconds } = options;
    const page = report(await runBench(redis, { rounds, seconds }, (line) => console.error(line)));
    console.log(page);
    if (options.write) await write(page);
  } finally {
    await redis.stop();
  }
}

async function write(page: string): Promise<void> {
  await mkdir(FOLDER, { recursive: true });
  await writeFile(new URL('concurrency.md', FOLDER), page);
}
