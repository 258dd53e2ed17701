import type { Circumstances } from '../machine.ts';
import { circumstancesTable, size, spread, table } from '../markdown.ts';
import type { CachingEffort, Results } from './caching.ts';
import type { ExpiryResult } from './expiry.ts';
import type { HitsResult } from './hits.ts';
import { MIXES, type Mix } from './mixes.ts';
import type { SignOutResult } from './sign-outs.ts';

/** The results as a page of Markdown. */
export function page(
  { hits, signOuts, expiry, ...circumstances }: Results & Circumstances,
  { rounds, seconds, sessions, signOuts: tries }: CachingEffort,
): string {
  return `# Client-side caching: what it would bring

${circumstancesTable(circumstances, `${rounds} of ${seconds} s for each row, with and without, after one to warm up`)}

Holdfast on node-redis 6, once as it is, and once looking in the client's \`clientSideCache\` first, as
[client-side caching](../client-side-caching.md) describes, without a \`ttl\`. Both run in one process, each on a client and with
sessions of its own, on the same server. They take turns, A B B A, so that whatever else the machine does meets both alike;
ratios compare the two within a round. Each figure is the median of the rounds, with their minimum and maximum.
Made by \`pnpm bench caching --write\`.

## Requests

Requests as express-session makes them of a store, for ${count(sessions)} sessions of which the n-th is asked for in
proportion to 1 / n (Zipf, exponent 1). Visitors are less kind to a cache: here one session gets ${share(sessions)} of all requests, and no
other process changes any.

${MIXES.map((mix) => mixPart(mix, hits)).join('\n\n')}

## After a sign-out

A session is read, so that the cache has it. Another process destroys it and tells when Redis has acknowledged that, and
then it is read again: ${count(tries)} times in each row. Stale is where the session was still answered; the last column says for
how long at most.

${signOutsTable(signOuts)}

## After an expiry

A session with a life of a second, among ${count(sessions)} that live longer, is read every 10 ms until it is gone.

${expiryTable(expiry)}
`;
}

function mixPart(mix: Mix, hits: HitsResult[]): string {
  const mine = hits.filter((result) => result.mix === mix);
  return `### ${mix.name}

${mix.what}

${hitsTable(mine)}`;
}

function hitsTable(hits: HitsResult[]): string {
  return table(
    [
      'Session',
      'Cache holds',
      'At once',
      'Hits, %',
      'With / s',
      'Without / s',
      'With / without',
      'Commands a request, with',
      'Without',
    ],
    hits.map(({ bytes, entries, concurrency, uncached, cached, ratio }) => [
      size(bytes),
      count(entries),
      String(concurrency),
      spread(cached.hitPercent, 0),
      cached.perSecond.median.toFixed(0),
      uncached.perSecond.median.toFixed(0),
      spread(ratio, 2),
      spread(cached.commandsPerRequest, 2),
      spread(uncached.commandsPerRequest, 2),
    ]),
  );
}

function signOutsTable(signOuts: SignOutResult[]): string {
  return table(
    ['Holdfast', 'Other reads at once', 'Stale', 'Longest, ms'],
    signOuts.map(({ isCached, busy, stale, longestMs }) => [
      subject(isCached),
      String(busy),
      String(stale),
      longestMs.toFixed(2),
    ]),
  );
}

function expiryTable(expiry: ExpiryResult[]): string {
  return table(
    ['Holdfast', 'Served after its expiry, ms'],
    expiry.map(({ isCached, ms, isStill }) => [
      subject(isCached),
      `${isStill ? 'more than ' : ''}${ms.toFixed(0)}`,
    ]),
  );
}

function subject(isCached: boolean): string {
  return isCached ? 'looks in the cache' : 'as it is';
}

/** The part of the requests that the most visited session gets. */
function share(sessions: number): string {
  let sum = 0;
  for (let rank = 1; rank <= sessions; rank++) sum += 1 / rank;
  return `${(100 / sum).toFixed(0)} %`;
}

function count(value: number): string {
  return value.toLocaleString('en');
}
