/** The part of Jest's global `expect` that tells the test file. */
interface JestGlobals {
  expect?: { getState(): { testPath?: string } };
}

/**
 * Chooses the size of a test: `long` in a file `*.long.test.ts`, which `pnpm test:long` runs, else `quick`. Such a file
 * imports the test of the same name, and nothing else.
 */
export function sized<Size>(quick: Size, long: Size): Size {
  const { testPath = '' } = (globalThis as JestGlobals).expect?.getState() ?? {};
  return testPath.endsWith('.long.test.ts') ? long : quick;
}
