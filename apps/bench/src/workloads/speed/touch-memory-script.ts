import { collectGarbage } from '../../processes/collect-garbage.ts';
import { type HoldfastOptions, openHoldfast } from '../../stores/compared-stores.ts';
import { signIn } from '../../stores/sign-in.ts';

/** Loads and compiles the code first, so that its memory does not count. */
const WARM_UP = 2000;
/** The prefix keeps these sessions apart, and is as long as the default. The scan count makes `clear` fast. */
const OPTIONS: HoldfastOptions = { prefix: 'heap:', scanCount: 1000 };

const [url = '', options = '', ...counts] = process.argv.slice(2);
const first = await openHoldfast(url, OPTIONS);
await signIn(first.store, 'first', WARM_UP);
const before = await memoryInUse();
const { store, close } = await openHoldfast(url, { ...OPTIONS, ...JSON.parse(options) });
const grown: number[] = [];
let saved = 0;
for (const count of counts.map(Number)) {
  await signIn(store, `until ${count}`, count - saved);
  saved = count;
  grown.push((await memoryInUse()) - before);
}
console.log(JSON.stringify(grown));
await store.clear();
await Promise.all([first.close(), close()]);

/** Returns the bytes of the heap that are still referenced. */
async function memoryInUse(): Promise<number> {
  await collectGarbage();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}
