// `pnpm test:servers`: runs on each server the conformance of all clients, and what acceptance tests of concurrency, clusters and
// faults, and prints how many tests passed of those that ran. With names, such as `test:servers redis-6.0`, only on these servers.
// `--write` puts the table into docs/servers.md. `--quick` is the part of it that `npm test` runs.

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { findServer, howToGet, SERVER_NAMES } from '../packages/test-servers/dist/index.js';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const PAGE = join(ROOT, 'docs/servers.md');

const CLIENTS = ['node-redis 4', 'node-redis 5', 'node-redis 6', 'ioredis 5', 'ioredis 6'];
const TOPICS = ['concurrency', 'clusters', 'faults'];
/** Tests of an adapter that name no client. */
const OTHERS = 'adapters';

/** redis-mock has no server. */
const FULL = {
  servers: SERVER_NAMES,
  columns: [...CLIENTS, OTHERS, ...TOPICS],
  jest: [
    ...['node-redis', 'ioredis'].map((name) => `packages/${name}/test/`),
    ...TOPICS.map((topic) => `packages/acceptance/test/${topic}/`),
  ],
};

/** The oldest and the newest servers with the newest clients. */
const QUICK = {
  servers: ['redis-6.0', 'redis-8.6', 'valkey-9.1'],
  columns: ['node-redis 6', 'ioredis 6'],
  jest: [
    'packages/node-redis/test/node-redis.test.ts',
    'packages/ioredis/test/ioredis.test.ts',
    '--testNamePattern=(node-redis|ioredis) 6',
  ],
};

const { values: asked, positionals } = parseArgs({
  options: { quick: { type: 'boolean' }, write: { type: 'boolean' } },
  allowPositionals: true,
});
const plan = asked.quick ? QUICK : FULL;
const results = (positionals.length > 0 ? positionals : plan.servers).map(testOn);

const rows = results.map(({ server, problem, cells }) => [
  server,
  ...plan.columns.map((name) => (problem === undefined ? show(cells[name]) : 'not run')),
]);
const table = [['', ...plan.columns], ['', ...plan.columns].map(() => '---'), ...rows]
  .map((cells) => `| ${cells.join(' | ')} |`)
  .join('\n');
console.log(`\nTests passed, of those that ran, on Node ${process.version}:\n\n${table}\n`);
for (const { server, problem } of results) {
  if (problem !== undefined) console.log(`Not run on ${server}: ${problem}`);
}
// Not everyone can have every server. To ask for the matrix is to ask for all of it.
const isFine = (result) => (result.problem === undefined ? result.passed : asked.quick === true);
if (!results.every(isFine)) process.exitCode = 1;
if (asked.write) writeTable();

function testOn(name) {
  const path = findServer(name);
  if (path === undefined) return { server: name, problem: howToGet(name) };
  const server = versionOf(path);
  console.log(`\nTesting on ${server}: ${path}`);
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-matrix-'));
  const file = join(folder, 'results.json');
  const args = [...plan.jest, '--json', `--outputFile=${file}`, '--silent'];
  const env = { ...process.env, TEST_SERVER: name, TEST_REDIS_URL: '', TEST_REDIS_IMAGE: '' };
  const { status } = spawnSync('npx', ['jest', ...args], {
    cwd: ROOT,
    env,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const { testResults } = JSON.parse(readFileSync(file, 'utf8'));
  rmSync(folder, { recursive: true });
  return { server, passed: status === 0, cells: countByColumn(testResults) };
}

/** A file that could not run counts as a test that failed. */
function countByColumn(testResults) {
  const cells = {};
  for (const { name, status, assertionResults } of testResults) {
    const didNotRun = { ancestorTitles: [], status: 'failed' };
    const all =
      assertionResults.length === 0 && status === 'failed' ? [didNotRun] : assertionResults;
    for (const { ancestorTitles, status } of all) {
      const column = columnOf(name, ancestorTitles[0] ?? '');
      cells[column] ??= { passed: 0, failed: 0, pending: 0 };
      cells[column][status === 'passed' || status === 'failed' ? status : 'pending']++;
    }
  }
  return cells;
}

function columnOf(file, title) {
  const [, topic] = /^packages\/acceptance\/test\/(\w+)\//.exec(relative(ROOT, file)) ?? [];
  return topic ?? CLIENTS.find((name) => title.includes(name)) ?? OTHERS;
}

function show({ passed, failed, pending } = { passed: 0, failed: 0, pending: 0 }) {
  const skipped = pending > 0 && plan === FULL ? `, ${pending} skipped` : '';
  return `${passed} of ${passed + failed}${skipped}`;
}

function versionOf(path) {
  const { stdout } = spawnSync(path, ['--version'], { encoding: 'utf8' });
  const [, product, version] = /^(\w+) server v=([\d.]+)/.exec(stdout) ?? [];
  return `${product} ${version}`;
}

function writeTable() {
  const text = readFileSync(PAGE, 'utf8');
  const blocks = /(<!-- servers -->\n)[\s\S]*?(<!-- end -->)/;
  if (!blocks.test(text)) throw new Error(`${PAGE} has no marks for the table.`);
  writeFileSync(
    PAGE,
    text.replace(blocks, (_, start, end) => `${start}\n${table}\n\n${end}`),
  );
}
