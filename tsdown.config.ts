import { defineConfig } from 'tsdown';

/**
 * Makes `require('@holdfast/core')(session)`, which connect-redis up to 6 was called by, say what to write instead. Otherwise it fails with
 * "is not a function".
 */
const CALLABLE = `
module.exports = Object.defineProperties(() => {
  throw new exports.HoldfastError(
    'ERR_HOLDFAST_INVALID_ARGUMENT',
    'This package is no function. Write const { RedisStore } = require("@holdfast/core"), and new RedisStore({ client: fromNodeRedis(client) }).',
  );
}, Object.getOwnPropertyDescriptors(exports));`;

/** How every published package is built: ESM and CommonJS, with types for each. */
export default defineConfig({
  cwd: process.cwd(),
  format: ['esm', 'cjs'],
  platform: 'node',
  target: 'node20',
  dts: true,
  fixedExtension: false,
  checks: { legacyCjs: false },
  outputOptions: (options, format) => ({
    ...options,
    footer: ({ fileName, exports }) =>
      format === 'cjs' && fileName.endsWith('.cjs') && exports.includes('RedisStore')
        ? CALLABLE
        : '',
  }),
});
