import { defineConfig } from 'tsdown';

/** How every published package is built: ESM and CommonJS, with types for each. */
export default defineConfig({
  cwd: process.cwd(),
  format: ['esm', 'cjs'],
  platform: 'node',
  target: 'node20',
  dts: true,
  fixedExtension: false,
  checks: { legacyCjs: false },
});
