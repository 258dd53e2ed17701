import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { until } from '@holdfast/test-servers';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { REAL_TIMERS, sharedApp } from './app-process.ts';
import { Browser } from './browser.ts';
import { countIn } from './metrics-text.ts';

describe('/metrics of two workers', () => {
  const shared = sharedApp(REAL_TIMERS, ['--redis', '--workers', '2']);

  const sets = async () =>
    countIn((await new Browser().open(`${shared.app.url}/metrics`)).text, 'set');

  test('is the sum of both, whichever of them is asked', async () => {
    const { url } = shared.app;
    for (let session = 1; session <= 10; session += 1) {
      const { status } = await new Browser().submit(`${url}/basket/add`, { product: 'tea' });
      expect(status).toBe(303);
    }
    for (const worker of ['one', 'the other']) {
      expect([worker, await sets()]).toEqual([worker, 10]);
    }
  });

  test('has the status 503 while one of them does not respond, and no request waits forever', async () => {
    const { url, output } = shared.app;
    const { text } = await new Browser().open(url);
    const pid = Number(text.match(/<dt>Process<\/dt><dd>(\d+)/)?.[1]);
    process.kill(pid, 'SIGSTOP');
    // Every second request goes to the worker that hangs.
    const responses = Array.from({ length: 40 }, () => new Browser().open(`${url}/metrics`));
    try {
      expect((await Promise.race(responses)).status).toBe(503);
    } finally {
      process.kill(pid, 'SIGCONT');
    }
    await Promise.all(responses);
    await until('the sum is complete again', async () => (await sets()) === 10);
    expect(output()).not.toContain('MaxListenersExceededWarning');
  });
});

const TEXT = `# HELP holdfast_operation_seconds How long
holdfast_operation_seconds_bucket{le="0.001",operation="get",outcome="hit"} 2
holdfast_operation_seconds_bucket{le="+Inf",operation="get",outcome="hit"} 3
holdfast_operation_seconds_sum{operation="get",outcome="hit"} 0.5
holdfast_operation_seconds_count{operation="get",outcome="hit"} 3
holdfast_operation_seconds_bucket{le="0.001",operation="get",outcome="miss"} 1
holdfast_operation_seconds_bucket{le="+Inf",operation="get",outcome="miss"} 1
holdfast_operation_seconds_count{operation="get",outcome="miss"} 1
holdfast_operation_seconds_count{operation="set",outcome="stored"} 7
another_count{operation="get",outcome="hit"} 100
`;

const BUCKETS = '[[0.001, 2], [0.002, 4], [Infinity, 5]]';

/** Expressions with the functions of public/operations.js. */
const EXPRESSIONS: [title: string, expression: string, result: unknown][] = [
  [
    'operationsIn sums over all outcomes',
    `operationsIn(${JSON.stringify(TEXT)})`,
    [
      [
        'get',
        {
          count: 4,
          buckets: [
            [0.001, 3],
            ['∞', 4],
          ],
        },
      ],
      ['set', { count: 7, buckets: [] }],
    ],
  ],
  [
    'difference is the increase of a number',
    'difference({ count: 3, buckets: new Map([[1, 2]]) }, { count: 5, buckets: new Map([[1, 3]]) })',
    { count: 2, buckets: [[1, 1]] },
  ],
  [
    'difference of a number that fell is zero',
    'difference({ count: 9, buckets: new Map([[1, 8]]) }, { count: 1, buckets: new Map([[1, 1]]) })',
    { count: 0, buckets: [[1, 0]] },
  ],
  [
    'difference counts everything in the first reading',
    'difference(undefined, { count: 1, buckets: new Map([[1, 1]]) })',
    { count: 1, buckets: [[1, 1]] },
  ],
  ['total adds operations', `total(operationsIn(${JSON.stringify(TEXT)}).values()).count`, 11],
  [
    'quantile interpolates within a bucket',
    `quantile(0.5, { buckets: new Map(${BUCKETS}) })`,
    0.00125,
  ],
  [
    'quantile is infinite above all buckets',
    `quantile(0.95, { buckets: new Map(${BUCKETS}) })`,
    '∞',
  ],
  [
    'quantile of no operations is undefined',
    'quantile(0.5, { buckets: new Map() }) ?? "undefined"',
    'undefined',
  ],
];

describe('the script of the chart', () => {
  let results: unknown[];
  // Jest does not load ES modules, so one process evaluates all expressions.
  beforeAll(async () => {
    const operations = pathToFileURL(join(__dirname, '../public/operations.js')).href;
    const script = `import { difference, operationsIn, quantile, total } from '${operations}';
      const shown = (_, value) => value instanceof Map ? [...value] : value === Infinity ? '∞' : value;
      console.log(JSON.stringify([${EXPRESSIONS.map(([, expression]) => expression)}], shown));`;
    const args = ['--input-type=module', '--eval', script];
    const { stdout } = await promisify(execFile)(process.execPath, args);
    results = JSON.parse(stdout);
  });

  test.each(EXPRESSIONS.map(([title, , result], index) => ({ title, index, result })))(
    '$title',
    ({ index, result }) => expect(results[index]).toEqual(result),
  );
});
