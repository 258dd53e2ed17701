// Changes core's code in many small ways, and prints the changes that no test of the area notices: `pnpm mutants [area …]`.

import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Stryker } from '@stryker-mutator/core';

/** The files of an area, and the tests that judge them. Other tests would only take longer. */
const AREAS = {
  writes: {
    mutate: ['session/{session-writer,indexed-writes,write-queue,end-markers,touch-throttle}.ts'],
    tests: ['session-writer', 'write-outcomes', 'end-markers', 'index-risks', 'write-queue'],
  },
  merge: {
    mutate: ['session/{merge,merge-lists,cookies,conflict-resolvers,value-numbers}.ts'],
    tests: ['merge', 'merge-lists', 'conflict-resolvers', 'session-writer'],
  },
  ttl: {
    mutate: ['session/{ttl,creation-times}.ts'],
    tests: ['ttl', 'session-writer', 'session-codec'],
  },
  index: {
    mutate: ['indexes/*.ts', 'session/entry-watch.ts', 'listing/user-sessions.ts'],
    tests: ['index-risks', 'session-id-sets', 'session-writer', 'write-outcomes', 'end-markers'],
  },
  breaker: {
    mutate: ['redis/{circuit-breaker,server-breakers,time-limit}.ts'],
    tests: ['circuit-breaker', 'server-breakers', 'masters', 'time-limit'],
  },
};

const root = fileURLToPath(new URL('..', import.meta.url));
const asked = process.argv.slice(2);
const names = asked.length > 0 ? asked : Object.keys(AREAS);
const unknown = names.find((name) => !Object.hasOwn(AREAS, name));
if (unknown !== undefined) {
  console.error(`There is no area ${unknown}. The areas are ${Object.keys(AREAS).join(', ')}.`);
  process.exit(2);
}

// jest.config.mjs configures the package that it is loaded in.
process.chdir(join(root, 'packages/core'));
const { default: jest } = await import('../jest.config.mjs');
const [project] = jest.projects;

for (const name of names) {
  const { mutate, tests } = AREAS[name];
  console.log(`The area ${name}:`);
  await new Stryker({
    mutate: mutate.map((files) => `src/${files}`),
    testRunner: 'jest',
    plugins: ['@stryker-mutator/jest-runner'],
    jest: {
      config: { ...project, testMatch: tests.map((test) => `<rootDir>/test/${test}.test.ts`) },
    },
    coverageAnalysis: 'perTest',
    // Stryker puts the files back at the end. A copy would need a part of TypeScript that version 7 does not have.
    inPlace: true,
    ignoreStatic: true,
    // Messages are for people. Tests match their codes.
    mutator: { excludedMutations: ['StringLiteral'] },
    reporters: ['clear-text', 'json'],
    jsonReporter: { fileName: join(root, `.stryker/${name}.json`) },
    tempDirName: '.stryker-tmp',
    clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
    timeoutMS: 20_000,
  }).runMutationTest();
}
