import { setImmediate } from 'node:timers/promises';
import { signIn } from '../scale/users.ts';
import { type HoldfastOptions, openHoldfast } from '../subjects.ts';

/** So that what the code itself takes is there before. */
const WARM_UP = 2000;
/** A prefix of its own, no longer than the usual one, and a quick `clear` afterwards. */
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

/** Bytes of the heap that something refers to. */
async function memoryInUse(): Promise<number> {
  for (let i = 0; i < 2; i++) {
    await setImmediate();
    gc?.();
  }
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}
