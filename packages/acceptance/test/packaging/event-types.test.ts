import { expect, test } from '@jest/globals';
import { typeErrors } from '../support/docs/type-check.ts';

const START = `
  import { once } from 'node:events';
  import type { HoldfastError, RedisStore } from '@holdfast/core';
  import session from 'express-session';
  declare const store: RedisStore;
`;

/** Each takes the name of an event and a listener. */
const METHODS = [
  'on',
  'once',
  'off',
  'addListener',
  'removeListener',
  'prependListener',
  'prependOnceListener',
];

test('the names of the events of a store and what their listeners receive are checked', async () => {
  const files: Record<string, string> = {
    'right.mts': `${START}
      store.on('warning', (warning) => { const { code, handle }: HoldfastError = warning; });
      store.on('dropped', ({ handle, reason }) => { const gone: 'gone' = reason; });
      store.once('conflict', ({ path }) => { const first: string | undefined = path[0]; });
      store.on('saveError', ({ handle, error }) => {}).on('connect', () => {});
      store.removeAllListeners('disconnect').removeAllListeners();
      await once(store, 'warning');
      session({ store, secret: 'secret' });`,
    'listener.mts': `${START}store.on('dropped', (dropped: HoldfastError) => {});`,
  };
  for (const method of METHODS)
    files[`${method}.mts`] = `${START}store.${method}('droped', () => {});`;
  const errors = await typeErrors(files);
  expect(Object.keys(errors).sort()).toEqual(
    ['listener', ...METHODS].map((name) => `${name}.mts`).sort(),
  );
  for (const method of METHODS) expect(errors[`${method}.mts`]).toContain('"droped"');
});
