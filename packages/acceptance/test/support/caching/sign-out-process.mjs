// Destroys each session whose id it receives, in a process of its own, and reports when that is acknowledged.
import { SessionRepository } from '@holdfast/core/repository';
import { fromNodeRedis } from '@holdfast/node-redis';
import { createClient } from 'redis';

const [url, prefix] = process.argv.slice(2);
const client = await createClient({ url }).connect();
const sessions = new SessionRepository({ client: fromNodeRedis(client), prefix });

process.on('message', async (id) => {
  await sessions.destroy(id);
  process.send('done');
});
// Ends with the test that started it.
process.on('disconnect', () => process.exit());
process.send('ready');
