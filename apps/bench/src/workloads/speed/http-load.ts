import autocannon from 'autocannon';

/** Each connection has its own session. */
export const CONNECTIONS = 64;

/** How often autocannon checks whether all requests are answered. */
const SAMPLE_MS = 50;

/** Begins a session for each connection. @returns their cookies. */
export async function beginSessions(url: string): Promise<string[]> {
  const begun = Array.from({ length: CONNECTIONS }, () => fetch(`${url}/begin`));
  return Promise.all(begun.map(async (response) => cookieOf(await response)));
}

async function cookieOf(response: Response): Promise<string> {
  await response.text();
  const [cookie] = response.headers.get('set-cookie')?.split(';') ?? [];
  if (cookie === undefined) throw new Error('The server has not begun a session.');
  return cookie;
}

/**
 * Sends this many requests. Each connection sends the next one after the last answer.
 * @returns how many seconds it took until the last answer.
 */
export function sendRequests(
  url: string,
  cookies: readonly string[],
  requests: number,
): Promise<number> {
  const waiting = [...cookies];
  const start = performance.now();
  let last = start;
  return new Promise((resolve, reject) => {
    const options: autocannon.Options = {
      url,
      amount: requests,
      connections: cookies.length,
      sampleInt: SAMPLE_MS,
      setupClient: (client) => client.setHeaders({ cookie: waiting.pop() }),
    };
    const sent = autocannon(options, (error, answered) => {
      if (error) return reject(error);
      const good = answered['2xx'];
      if (good === requests) return resolve((last - start) / 1000);
      reject(new Error(`Only ${good} of ${requests} requests succeeded.`));
    });
    sent.on('response', () => {
      last = performance.now();
    });
  });
}
