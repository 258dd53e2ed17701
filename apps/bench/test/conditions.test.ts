import { startRedis } from '@holdfast/test-servers';
import { describe, expect, it } from '@jest/globals';
import { serverOf } from '../src/measuring/conditions.ts';

describe('The server that the conditions name', () => {
  it('is Valkey with its own version, not with that of Redis that it claims for old clients', () => {
    const info =
      '# Server\r\nredis_version:7.2.4\r\nserver_name:valkey\r\nvalkey_version:9.1.2\r\n';
    expect(serverOf(info)).toBe('Valkey 9.1.2');
  });

  it('is Redis with its version', () => {
    expect(serverOf('# Server\r\nredis_version:7.0.15\r\n')).toBe('Redis 7.0.15');
  });

  it('is what a real server says', async () => {
    const server = await startRedis();
    const info = String(await server.raw('INFO', 'server'));
    expect(serverOf(info)).toMatch(/^(Redis|Valkey) \d+\.\d+\.\d+$/);
    await server.stop();
  });
});
