import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fromIoredis } from '@holdfast/ioredis';
import { fromNodeRedis } from '@holdfast/node-redis';
import { freePort, type RedisProcess, startServer, until } from '@holdfast/test-servers';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Redis } from 'ioredis';
import { createClient } from 'redis';
import { allClients } from '../support/clients.ts';
import {
  type App,
  appsOf,
  ofEach,
  patientStoreOf,
  REFUSED_AT_ONCE,
  seen,
  WAITING,
} from '../support/outages/apps.ts';
import { sessionOf } from '../support/sessions.ts';

/** Makes a self-signed certificate for 127.0.0.1. */
function makeCertificate(folder: string): void {
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1'];
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  const files = ['-keyout', join(folder, 'key.pem'), '-out', join(folder, 'cert.pem')];
  const args = ['req', '-x509', '-days', '1', ...subject, ...key, ...files];
  execFileSync('openssl', args, { stdio: 'ignore' });
}

describe('a Redis server with a self-signed certificate', () => {
  let folder: string;
  let server: RedisProcess;
  let url: string;
  let apps: Record<string, App> = {};

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'holdfast-tls-'));
    makeCertificate(folder);
    const port = await freePort();
    const cert = join(folder, 'cert.pem');
    server = await startServer(
      ...['--tls-port', String(port), '--tls-auth-clients', 'no', '--tls-ca-cert-file', cert],
      ...['--tls-cert-file', cert, '--tls-key-file', join(folder, 'key.pem')],
    );
    url = `rediss://127.0.0.1:${port}`;
  });
  afterAll(async () => {
    for (const { close } of Object.values(apps)) close();
    await server.stop();
    await rm(folder, { recursive: true });
  });

  test('makes the client emit an error, and the store report that Redis is unavailable', async () => {
    apps = await appsOf(allClients, url);
    await ofEach(apps, async ({ connect, errors }, name) => {
      connect().catch(() => {});
      await until(`${name} emits an error`, () => errors.length > 0);
      expect(errors[0]).toMatchObject({
        code: 'DEPTH_ZERO_SELF_SIGNED_CERT',
        message: 'self-signed certificate',
      });
    });
    expect(await ofEach(apps, seen)).toEqual({ ...REFUSED_AT_ONCE, ...WAITING });
  });

  test('serves a node-redis client that trusts the certificate', async () => {
    const ca = await readFile(join(folder, 'cert.pem'));
    const client = createClient({ url, socket: { tls: true, ca } });
    await client.connect();
    const store = patientStoreOf(fromNodeRedis(client));
    await store.set('id', sessionOf({ visits: 1 }));
    expect(await store.get('id')).toMatchObject({ visits: 1 });
    client.destroy();
  });

  test('serves an ioredis client that trusts the certificate', async () => {
    const ca = await readFile(join(folder, 'cert.pem'));
    const client = new Redis(url, { tls: { ca } });
    const store = patientStoreOf(fromIoredis(client));
    await store.set('id', sessionOf({ visits: 1 }));
    expect(await store.get('id')).toMatchObject({ visits: 1 });
    client.disconnect();
  });
});
