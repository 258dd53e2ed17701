import type { Reading } from './reader-memory.ts';
import { READERS } from './readers.ts';

const SAMPLE_MS = 5;

const [name = '', url = ''] = process.argv.slice(2);
const read = await READERS[name]?.(url);
if (read === undefined) throw new Error(`There is no reader ${name}.`);
console.log(JSON.stringify(await measure(read)));
process.exit();

/** Samples the memory, because on Linux maxRSS, the system's own peak, starts with that of the parent process. */
async function measure(work: () => Promise<number>): Promise<Reading> {
  const start = performance.now();
  const before = process.memoryUsage.rss();
  let peak = before;
  const sample = () => {
    peak = Math.max(peak, process.memoryUsage.rss());
  };
  const timer = setInterval(sample, SAMPLE_MS);
  const sessions = await work();
  clearInterval(timer);
  sample();
  const milliseconds = performance.now() - start;
  return { sessions, milliseconds, before, peak, after: process.memoryUsage.rss() };
}
