// Changes core's source in small ways, one at a time, and shows the changes that no test notices. Works on a copy, in .stryker-tmp.
import { Stryker } from '@stryker-mutator/core';
import jest from '../jest.config.mjs';

/** The parts in which a fault would lose sessions or mix them up, and the tests that run for each change, all of them. */
const AREAS = {
  write: {
    files: [
      'session/session-writer',
      'session/indexed-writes',
      'session/write-queue',
      'session/session-updater',
      'session/snapshots',
      'session/touch-throttle',
      'session/end-markers',
      'session/entry-watch',
    ],
    tests: ['session-writer', 'write-queue', 'end-markers', 'index-risks'],
  },
  breaker: {
    files: ['redis/circuit-breaker', 'redis/server-breakers', 'redis/time-limit'],
    tests: ['circuit-breaker', 'server-breakers', 'time-limit'],
  },
  index: {
    files: [
      'indexes/index-risks',
      'indexes/session-id-sets',
      'indexes/session-index',
      'indexes/user-id',
      'indexes/write-index',
      'listing/user-sessions',
    ],
    tests: ['index-risks', 'session-id-sets', 'user-id'],
  },
  ttl: {
    files: ['session/ttl', 'session/creation-times'],
    tests: ['ttl', 'session-writer'],
  },
  merge: {
    files: [
      'session/merge',
      'session/merge-lists',
      'session/cookies',
      'session/conflict-resolvers',
      'session/value-numbers',
    ],
    tests: ['merge', 'merge-lists', 'conflict-resolvers'],
  },
};

const core = jest.projects.find(({ displayName }) => displayName === 'core');

async function run(area, file = '') {
  const { files, tests } = AREAS[area];
  const stryker = new Stryker({
    mutate: files
      .filter((path) => path.endsWith(file))
      .map((path) => `packages/core/src/${path}.ts`),
    // Most strings are parts of messages.
    mutator: { excludedMutations: ['StringLiteral'] },
    ignorePatterns: ['**', '!package.json', '!packages/core/{src,test}/**'],
    disableTypeChecks: false,
    testRunner: 'jest',
    plugins: ['@stryker-mutator/jest-runner'],
    // Stryker cannot tell which tests need a line if Jest has several projects.
    jest: {
      config: {
        testMatch: tests.map((name) => `<rootDir>/packages/core/test/${name}.test.ts`),
        transform: core.transform,
      },
    },
    coverageAnalysis: 'perTest',
    // What runs once, when a file is loaded, would need a new process for each change.
    ignoreStatic: true,
    concurrency: 1,
    timeoutMS: 15_000,
    thresholds: { high: 90, low: 90, break: 90 },
    reporters: ['clear-text', 'json', 'progress-append-only'],
    clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
    jsonReporter: { fileName: `reports/mutants/${area}.json` },
  });
  await stryker.runMutationTest();
}

const [area, file] = process.argv.slice(2);
for (const each of area === undefined ? Object.keys(AREAS) : [area]) await run(each, file);
