import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';

/** Loads the package in both formats into one process, as an application does whose dependencies use the other one. */
const SCRIPT = `
  import { createRequire } from 'node:module';
  import * as imported from '@holdfast/core';
  import * as repository from '@holdfast/core/repository';
  const required = createRequire(import.meta.url)('@holdfast/core');

  class OwnError extends imported.HoldfastError {}
  const errorOf = ({ RedisStore }) => {
    try {
      new RedisStore();
    } catch (error) {
      return error;
    }
  };
  const [fromImport, fromRequire] = [errorOf(imported), errorOf(required)];
  console.log(JSON.stringify({
    isOneClass: imported.HoldfastError === required.HoldfastError,
    imported: fromImport instanceof required.HoldfastError,
    required: fromRequire instanceof imported.HoldfastError,
    requiredByRepository: fromRequire instanceof repository.HoldfastError,
    ownOfRequired: new OwnError('ERR_HOLDFAST_CORRUPT', '') instanceof required.HoldfastError,
    importedOfOwn: fromImport instanceof OwnError,
    requiredOfOwn: fromRequire instanceof OwnError,
    ownOfOwn: new OwnError('ERR_HOLDFAST_CORRUPT', '') instanceof OwnError,
    others: [new Error('no'), { name: 'HoldfastError' }, null, 'HoldfastError'].map(
      (other) => other instanceof imported.HoldfastError,
    ),
  }));
`;

test('instanceof HoldfastError holds for the errors of both formats of the package', async () => {
  const args = ['--input-type=module', '--eval', SCRIPT];
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: __dirname });
  expect(JSON.parse(stdout)).toEqual({
    isOneClass: false,
    imported: true,
    required: true,
    requiredByRepository: true,
    ownOfRequired: true,
    importedOfOwn: false,
    requiredOfOwn: false,
    ownOfOwn: true,
    others: [false, false, false, false],
  });
});

test('calling the package as connect-redis 3 to 6 were called says what to write instead', () => {
  const call = () => require('@holdfast/core')({});
  expect(call).toThrow(
    expect.objectContaining({
      code: 'ERR_HOLDFAST_INVALID_ARGUMENT',
      message: expect.stringContaining('new RedisStore({ client: fromNodeRedis(client) })'),
    }),
  );
});
