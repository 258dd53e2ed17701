import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { findServer, imageOf, nameOf, type ServerShelf } from '../src/named-servers.ts';
import { redisServerPath } from '../src/redis-source.ts';

let shelf: ServerShelf;
beforeEach(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-servers-'));
  shelf = { folder, onPath: () => undefined, mirror: () => undefined };
});
afterEach(() => rm(shelf.folder, { recursive: true }));

/** Makes a program that says that it is a server of this version. */
async function program(file: string, version: string): Promise<string> {
  const path = join(shelf.folder, file);
  await writeFile(path, `#!/bin/sh\necho '${version} sha=00000000:0 malloc=libc'\n`, {
    mode: 0o755,
  });
  return path;
}

describe('findServer', () => {
  test('prefers the program in the folder that has the name', async () => {
    const installed = await program('valkey-server', 'Valkey server v=9.1.2');
    const own = await program('valkey-9.1', 'Valkey server v=9.1.0');
    expect(findServer('valkey-9.1', { ...shelf, onPath: () => installed })).toBe(own);
  });

  test.each(['valkey-server', 'redis-server'])(
    'finds a program on PATH that has the version, named %s',
    async (file) => {
      const path = await program(file, 'Valkey server v=9.1.2');
      const onPath = (asked: string) => (asked === file ? path : undefined);
      expect(findServer('valkey-9.1', { ...shelf, onPath })).toBe(path);
    },
  );

  test('does not take another version or product for the one that is asked for', async () => {
    for (const version of ['Redis server v=8.6.3', 'Redis server v=9.1.0']) {
      const path = await program('redis-server', version);
      expect(findServer('valkey-9.1', { ...shelf, onPath: () => path })).toBeUndefined();
    }
  });

  test('rejects a program in the folder that is not what its name says', async () => {
    await program('valkey-9.1', 'Valkey server v=8.1.1');
    expect(() => findServer('valkey-9.1', shelf)).toThrow('is not valkey-9.1, but valkey-8.1.');
  });

  test('finds nothing if the packages cannot be fetched', () => {
    const mirror = () => 'http://127.0.0.1:1/debian';
    expect(findServer('valkey-9.1', { ...shelf, mirror })).toBeUndefined();
    expect(findServer('valkey-9.1', shelf)).toBeUndefined();
  });

  test('rejects an unknown name, and says which there are', () => {
    expect(() => findServer('redis-5.0', shelf)).toThrow(
      /no server redis-5\.0\. TEST_SERVER is one of redis-6\.0, .*, valkey-9\.1\./,
    );
  });
});

test('the name of a real server is its product and version', () => {
  expect(nameOf(redisServerPath())).toMatch(/^(redis|valkey)-\d+\.\d+$/);
});

test('the name of an image is that on Docker Hub', () => {
  expect(imageOf('redis-6.0')).toBe('redis:6.0');
  expect(imageOf('valkey-9.1')).toBe('valkey/valkey:9.1');
});
