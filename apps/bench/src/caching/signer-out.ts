import { destroy } from '../requests.ts';
import { openUncached } from './readers.ts';

/** Ends each session whose id it is told, in a process of its own, and says so when Redis has acknowledged it. */
const [url = '', prefix = ''] = process.argv.slice(2);
const { store } = await openUncached(url, prefix);

process.on('message', async (id) => {
  await destroy(store, String(id));
  process.send?.('done');
});
process.on('disconnect', () => process.exit());
process.send?.('ready');
