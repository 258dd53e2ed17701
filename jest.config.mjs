import { fileURLToPath } from 'node:url';

const swc = {
  jsc: { target: 'es2023', parser: { syntax: 'typescript' } },
};

/** The one Jest configuration; each package runs it with `--rootDir .`. */
export default {
  testEnvironment: 'node',
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  transform: { '\\.ts$': [fileURLToPath(import.meta.resolve('@swc/jest')), swc] },
};
