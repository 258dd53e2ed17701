import { until } from '@holdfast/test-servers';
import { expect } from '@jest/globals';
import type { App } from './app-process.ts';
import { Browser } from './browser.ts';
import { failuresIn } from './metrics-text.ts';

/** Freezes the Redis of an app, as the button of its outage page does. */
export async function freeze(url: string): Promise<[status: number, body: unknown]> {
  const response = await fetch(`${url}/outage`, { method: 'POST' });
  return [response.status, await response.json()];
}

const MAX_OPEN = 10;

/** Expects requests to wait while Redis is frozen, then to fail at once, and to be served after that. */
export async function expectOutage({ url }: App): Promise<void> {
  const browser = new Browser();
  const visit = async () => (await browser.open(`${url}/outage/visit`)).status;
  expect(await visit()).toBe(200);
  expect(await freeze(url)).toEqual([200, { frozen: true, forMs: 5000 }]);
  expect(await freeze(url)).toEqual([409, { frozen: false, forMs: 5000 }]);

  const visits: Promise<unknown>[] = [];
  const statuses: number[] = [];
  await until('requests are served again', () => {
    if (visits.length - statuses.length < MAX_OPEN) {
      visits.push(visit().then((status) => statuses.push(status)));
    }
    return statuses.at(-1) === 200 || statuses;
  });
  await Promise.all(visits);
  expect(statuses[0]).toBe(503);
  expect(new Set(statuses)).toEqual(new Set([200, 503]));

  const { text } = await browser.open(`${url}/metrics`);
  const { within1s, all } = failuresIn(text, 'get');
  const waited = all - within1s;
  expect([waited > 0, within1s > 0]).toEqual([true, true]);
}
