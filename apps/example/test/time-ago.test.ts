import { expect, jest, test } from '@jest/globals';
import { timeAgo } from '../src/time-ago.ts';

// The clock stands still.
jest.useFakeTimers();

test.each([
  // The clock was set back in the meantime.
  [-10, 'just now'],
  [59, 'just now'],
  [60, '1 minute ago'],
  [3599, '59 minutes ago'],
  [7200, '2 hours ago'],
  [86_400, '1 day ago'],
])('%d seconds ago is "%s"', (seconds, words) => {
  expect(timeAgo(new Date(Date.now() - seconds * 1000))).toBe(words);
});
