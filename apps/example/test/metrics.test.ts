import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, expect, test } from '@jest/globals';
import { startApp, stopApps } from './app-process.ts';
import { Browser } from './browser.ts';

afterEach(stopApps);

/** How often /metrics says that an operation was done, over all outcomes. */
async function countByUser(operation: string, url: string): Promise<number> {
  const { status, headers, text } = await new Browser().open(`${url}/metrics`);
  expect(status).toBe(200);
  expect(headers.get('content-type')).toContain('text/plain');
  const counts = text.matchAll(/^holdfast_operation_seconds_count\{operation="(\w+)".*\} (\d+)$/gm);
  const ofOperation = [...counts].filter(([, name]) => name === operation);
  return ofOperation.reduce((sum, [, , count]) => sum + Number(count), 0);
}

/** Makes sessions, each of which is stored once. */
async function newSessions(count: number, url: string): Promise<void> {
  for (let done = 0; done < count; done += 1) {
    const { status } = await new Browser().submit(`${url}/basket/add`, { product: 'tea' });
    expect(status).toBe(303);
  }
}

test('one process answers for itself', async () => {
  const { url } = await startApp({});
  await newSessions(3, url);
  expect(await countByUser('set', url)).toBe(3);
});

test('over two processes, /metrics of either is the sum of both', async () => {
  const { url } = await startApp({}, ['--redis', '--workers', '2']);
  await newSessions(10, url);
  for (const process of ['one', 'the other']) {
    expect([process, await countByUser('set', url)]).toEqual([process, 10]);
  }
});

test('where a process does not answer, /metrics says so, and nobody waits for ever', async () => {
  const app = await startApp({}, ['--redis', '--workers', '2']);
  const { url } = app;
  const { text } = await new Browser().open(url);
  const pid = Number(text.match(/<dt>Process<\/dt><dd>(\d+)/)?.[1]);
  process.kill(pid, 'SIGSTOP');
  // Every second one is for the process that hangs.
  const answers = Array.from({ length: 40 }, () => new Browser().open(`${url}/metrics`));
  try {
    expect((await Promise.race(answers)).status).toBe(503);
  } finally {
    process.kill(pid, 'SIGCONT');
  }
  await Promise.all(answers);
  expect(await countByUser('set', url)).toBe(0);
  expect(app.output()).not.toContain('MaxListenersExceededWarning');
});

const OPERATIONS = pathToFileURL(join(__dirname, '../public/operations.js')).href;

/** What the script of the chart reckons. Jest loads no ES modules, so that a process of its own does. */
async function reckoned(expression: string): Promise<unknown> {
  const script = `import { operationsIn, since, together, within } from '${OPERATIONS}';
    const shown = (_, value) => value instanceof Map ? [...value] : value === Infinity ? '∞' : value;
    console.log(JSON.stringify([${expression}], shown));`;
  const args = ['--input-type=module', '--eval', script];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  return JSON.parse(stdout)[0];
}

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

test.each([
  [
    'an operation is read over all outcomes',
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
    'a number that rose is told by how much',
    'since({ count: 3, buckets: new Map([[1, 2]]) }, { count: 5, buckets: new Map([[1, 3]]) })',
    { count: 2, buckets: [[1, 1]] },
  ],
  [
    'a number that fell has not changed',
    'since({ count: 9, buckets: new Map([[1, 8]]) }, { count: 1, buckets: new Map([[1, 1]]) })',
    { count: 0, buckets: [[1, 0]] },
  ],
  [
    'what is seen for the first time is all new',
    'since(undefined, { count: 1, buckets: new Map([[1, 1]]) })',
    { count: 1, buckets: [[1, 1]] },
  ],
  ['operations are added up', `together(operationsIn(${JSON.stringify(TEXT)}).values()).count`, 11],
  ['half of them, within a bucket', `within(0.5, { buckets: new Map(${BUCKETS}) })`, 0.00125],
  ['most of them, over all buckets', `within(0.95, { buckets: new Map(${BUCKETS}) })`, '∞'],
  ['none of none', 'within(0.5, { buckets: new Map() }) ?? "unknown"', 'unknown'],
])('%s', async (_, expression, expected) => {
  expect(await reckoned(expression)).toEqual(expected);
});
