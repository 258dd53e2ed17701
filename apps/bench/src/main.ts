import { mkdir, writeFile } from 'node:fs/promises';
import { startRedis } from '@holdfast/test-servers';
import { runBench } from './bench.ts';
import { runFailover } from './failover/run.ts';
import { type Options, readOptions, USAGE, type Workload, WrongUsage } from './options.ts';
import { report } from './report.ts';

const FOLDER = new URL('../../../docs/benchmarks/', import.meta.url);

const progress = (line: string) => console.error(line);

const measure: Record<Workload, (options: Options) => Promise<string>> = {
  concurrency: runConcurrency,
  failover: ({ smoke }) => runFailover(smoke, progress),
};

try {
  await main(readOptions(process.argv.slice(2)));
} catch (error) {
  if (!(error instanceof WrongUsage)) throw error;
  console.error(`${error.message}\n\n${USAGE}`);
  process.exitCode = 2;
}

async function main(options: Options): Promise<void> {
  if (options.help) return console.log(USAGE);
  const page = await measure[options.workload](options);
  console.log(page);
  if (options.write) await write(options.workload, page);
}

async function runConcurrency({ rounds, seconds }: Options): Promise<string> {
  const redis = await startRedis();
  try {
    return report(await runBench(redis, { rounds, seconds }, progress));
  } finally {
    await redis.stop();
  }
}

async function write(workload: Workload, page: string): Promise<void> {
  await mkdir(FOLDER, { recursive: true });
  await writeFile(new URL(`${workload}.md`, FOLDER), page);
}
