import type { Conditions } from '../../measuring/conditions.ts';
import { conditionsTable, count, size, spread, table } from '../../reporting/markdown.ts';
import type { ExpiryResult } from './expiry.ts';
import type { HitsResult } from './hits.ts';
import type { CachingEffort, Results } from './measure.ts';
import { MIXES, type Mix } from './mixes.ts';
import type { SignOutResult } from './sign-outs.ts';

/** Formats the results as a page of Markdown. */
export function page(
  { hits, signOuts, expiry, ...conditions }: Results & Conditions,
  { rounds, seconds, sessions, signOuts: tries, patienceMs }: CachingEffort,
): string {
  return `# Client-side caching: what it would gain

${conditionsTable(conditions, `${rounds} of ${seconds} s for each row, with and without, after a warm-up round`)}

Holdfast runs on node-redis 6, once as it is, and once with the client's \`clientSideCache\` as
[client-side caching](../client-side-caching.md) describes it, without a \`ttl\`. Both run in one process, each with its own
client and its own sessions, on the same server. They take turns in the order A B B A, so that other work on the machine
affects both alike. Ratios compare the two within a round. Each figure is the median of the rounds, with the minimum and the
maximum in brackets. Made by \`pnpm bench caching --write\`.

## Requests

Each request uses the store as express-session does. There are ${count(sessions)} sessions, and the n-th is requested in proportion to
1 / n (Zipf, exponent 1). Real visitors help a cache less: here one session gets ${share(sessions)} of all requests, and no other
process changes any session.

${MIXES.map((mix) => mixSection(mix, hits)).join('\n\n')}

## After a sign-out

A session is read, so that the cache has it. Another process destroys it and reports when Redis has acknowledged that. Then
the session is read again. Each row is ${count(tries)} tries. "Stale" counts the tries in which the store still returned the session. The
last column says for how long at most.

${signOutsTable(signOuts)}

## After an expiry

A session that expires after a second, among ${count(sessions)} that live longer, is read every 10 ms until it is gone.

${expiryTable(expiry, patienceMs)}
`;
}

function mixSection(mix: Mix, hits: HitsResult[]): string {
  const mine = hits.filter((result) => result.mix === mix);
  return `### ${mix.name}

${mix.description}

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

function expiryTable(expiry: ExpiryResult[], patienceMs: number): string {
  return table(
    ['Holdfast', 'Served after its expiry, ms'],
    expiry.map(({ isCached, ms }) => [
      subject(isCached),
      ms === undefined ? `more than ${patienceMs}` : ms.toFixed(0),
    ]),
  );
}

function subject(isCached: boolean): string {
  return isCached ? 'with the cache' : 'as it is';
}

/** Returns the share of the requests that ask for the most visited session. */
function share(sessions: number): string {
  let sum = 0;
  for (let rank = 1; rank <= sessions; rank++) sum += 1 / rank;
  return `${(100 / sum).toFixed(0)} %`;
}
