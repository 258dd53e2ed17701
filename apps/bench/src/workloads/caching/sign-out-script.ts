import { destroy } from '../../stores/requests.ts';
import { openUncached } from './subjects.ts';

// Destroys each session whose id the parent process sends, and reports when Redis has acknowledged it.
const [url = '', prefix = ''] = process.argv.slice(2);
const { store } = await openUncached(url, prefix);

process.on('message', async (id) => {
  await destroy(store, String(id));
  process.send?.('done');
});
process.on('disconnect', () => process.exit());
process.send?.('ready');
