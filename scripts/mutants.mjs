// Changes core's code in many small ways, in a copy, and prints the changes that no test of the area notices:
// `pnpm mutants [area or file …]`.

import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Stryker } from '@stryker-mutator/core';
import jest from '../jest.config.mjs';

/** The files of an area, and the tests that judge them. All of these run for each change, so others would only take longer. */
const AREAS = {
  writes: {
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
    tests: [
      'session-writer',
      'write-outcomes',
      'write-queue',
      'session-updater',
      'touch-throttle',
      'end-markers',
      'index-risks',
      'plain-ids',
      'snapshots',
    ],
  },
  merge: {
    files: [
      'session/merge',
      'session/merge-lists',
      'session/cookies',
      'session/conflict-resolvers',
      'session/value-numbers',
    ],
    tests: ['merge', 'merge-lists', 'conflict-resolvers', 'cookies'],
  },
  ttl: {
    files: ['session/ttl', 'session/creation-times'],
    tests: ['ttl', 'creation-times'],
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
    tests: ['session-index', 'user-sessions', 'index-risks', 'user-id'],
  },
  breaker: {
    files: ['redis/circuit-breaker', 'redis/server-breakers', 'redis/time-limit'],
    tests: ['circuit-breaker', 'server-breakers', 'time-limit'],
  },
};

const asked = process.argv.slice(2);
const known = Object.entries(AREAS).flatMap(([area, { files }]) => [
  area,
  ...files.map((file) => basename(file)),
]);
const unknown = asked.find((name) => !known.includes(name));
if (unknown !== undefined) {
  console.error(`There is no area or file ${unknown}. There are ${known.join(', ')}.`);
  process.exit(2);
}

process.chdir(fileURLToPath(new URL('..', import.meta.url)));
const core = jest.projects.find(({ displayName }) => displayName === 'core');

for (const [area, { files, tests }] of Object.entries(AREAS)) {
  const chosen = files.filter(
    (file) => asked.length === 0 || asked.includes(area) || asked.includes(basename(file)),
  );
  if (chosen.length === 0) continue;
  console.log(`The area ${area}:`);
  await new Stryker({
    mutate: chosen.map((file) => `packages/core/src/${file}.ts`),
    // Messages are for people. Tests match their codes.
    mutator: { excludedMutations: ['StringLiteral'] },
    // The copy has no tsconfig.json, because Stryker would read it with a part of TypeScript that version 7 does not have.
    ignorePatterns: ['**', '!package.json', '!packages/core/{src,test}/**'],
    disableTypeChecks: false,
    tempDirName: '.stryker-tmp',
    testRunner: 'jest',
    plugins: ['@stryker-mutator/jest-runner'],
    // Stryker cannot tell which tests run a line if Jest has several projects.
    jest: {
      config: {
        testMatch: tests.map((test) => `<rootDir>/packages/core/test/${test}.test.ts`),
        transform: core.transform,
      },
    },
    coverageAnalysis: 'perTest',
    // What runs once, when a file is loaded, would need a new process for each change.
    ignoreStatic: true,
    concurrency: 1,
    disableBail: true,
    timeoutMS: 20_000,
    thresholds: { high: 90, low: 90, break: 90 },
    reporters: ['progress-append-only', 'clear-text', 'json'],
    clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
    jsonReporter: { fileName: `.stryker/${area}.json` },
  }).runMutationTest();
}
