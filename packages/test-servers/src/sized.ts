/** The part of Jest's global `expect` that tells the test file. */
interface JestGlobals {
  expect?: { getState(): { testPath?: string } };
}

/**
 * Chooses the size of a test: `long` if a file `*.long.test.ts` imports it, which `pnpm test:long` runs, else `quick`.
 * Most such files only import the test of the same name.
 */
export function sized<Size>(quick: Size, long: Size): Size {
  const { testPath = '' } = (globalThis as JestGlobals).expect?.getState() ?? {};
  return testPath.endsWith('.long.test.ts') ? long : quick;
}
