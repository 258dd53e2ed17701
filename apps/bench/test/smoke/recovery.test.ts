import { describe, expect, it } from '@jest/globals';
import { row, smokeRun } from '../run.ts';

describe('A smoke run of recovery', () => {
  const page = smokeRun('recovery');

  it.each(['node-redis 6', 'ioredis 5'])(
    'says when everything works again through %s',
    (client) => {
      expect(row(page(), client, 'recommended', 'sentinels')).toEqual([
        expect.stringMatching(/^\d+\.\d s$/),
      ]);
    },
  );
});
