import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import {
  type ProxiedConnection,
  type RedisProxy,
  startRedis,
  startRedisProxy,
  type TestRedis,
  until,
} from '../src/index.ts';

const KEY = `holdfast-test:proxy:${process.pid}`;
const SET = `SET ${KEY} new\r\n`;

let redis: TestRedis;
let proxy: RedisProxy;
let socket: Socket;
let connection: ProxiedConnection;
/** What has come back so far, chunk by chunk. */
let received: string[];

beforeEach(async () => {
  redis = await startRedis();
  await redis.raw('SET', KEY, 'old', 'PX', '60000');
  proxy = await startRedisProxy(redis.url);
  ({ socket, connection, received } = await open());
});
afterEach(async () => {
  socket.destroy();
  await proxy.cut();
  await redis.raw('DEL', KEY);
  await redis.stop();
});

async function open() {
  const { hostname, port } = new URL(proxy.url);
  const opened = connect(Number(port), hostname).setEncoding('utf8').setNoDelay();
  const chunks: string[] = [];
  opened.on('data', (chunk: string) => chunks.push(chunk)).on('error', () => {});
  opened.write('PING\r\n');
  await until('the Redis has answered', () => chunks.length > 0);
  chunks.length = 0;
  return {
    socket: opened,
    connection: proxy.connections().at(-1) as ProxiedConnection,
    received: chunks,
  };
}

const stored = () => redis.raw('GET', KEY);

describe('A connection through the proxy', () => {
  test('can be cut, and leaves the others alone', async () => {
    const other = await open();
    connection.cut();
    await until('it is closed', () => socket.closed);
    other.socket.write('PING\r\n');
    await until('the other is answered', () => other.received.length > 0);
    other.socket.destroy();
  });

  test('can be reset, which the client takes for an error', async () => {
    const failed = once(socket, 'error');
    connection.reset();
    expect(await failed).toMatchObject([{ code: 'ECONNRESET' }]);
  });

  test('can be reset in the middle of a reply', async () => {
    connection.replies.resetAfter(5);
    socket.write(`GET ${KEY}\r\n`);
    await until('it is closed', () => socket.closed);
    expect(received.join('')).toBe('$3\r\no');
  });

  test('can be reset in the middle of a request, which the Redis then never does', async () => {
    connection.requests.resetAfter(SET.length - 1);
    socket.write(SET);
    await until('it is closed', () => socket.closed);
    expect(await stored()).toBe('old');
  });

  test('lets replies pass in pieces', async () => {
    connection.replies.trickle(2);
    socket.write(`GET ${KEY}\r\n`);
    await until('all has come', () => received.join('') === '$3\r\nold\r\n');
    expect(received.length).toBeGreaterThan(1);
  });

  test('lets requests pass in pieces', async () => {
    connection.requests.trickle(1);
    socket.write(SET);
    await until('the Redis has answered', () => received.join('') === '+OK\r\n');
    expect(await stored()).toBe('new');
  });

  test('delays each reply by the same time, however many there are', async () => {
    connection.replies.delay(100);
    const start = performance.now();
    for (let count = 1; count <= 5; count++) {
      socket.write('PING\r\n');
      await setImmediate();
    }
    await until('all have come', () => received.join('').length === 5 * '+PONG\r\n'.length);
    expect(performance.now() - start).toBeGreaterThan(99);
    expect(performance.now() - start).toBeLessThan(400);
  });

  test('holds back what is sent while it is frozen, which arrives later', async () => {
    connection.freeze();
    socket.write(SET);
    expect(await stored()).toBe('old');
    connection.thaw();
    await until('the Redis has answered', () => received.join('') === '+OK\r\n');
    expect(await stored()).toBe('new');
  });

  test('lets what was held back arrive although the client has given up', async () => {
    connection.freeze();
    socket.write(SET, () => socket.destroy());
    await until('it is closed', () => socket.closed);
    connection.thaw();
    await until('it has arrived', async () => (await stored()) === 'new');
  });

  test('loses what is sent while it is half open, and stays open', async () => {
    connection.halfOpen();
    socket.write(SET);
    const other = await open();
    other.socket.write(`GET ${KEY}\r\n`);
    await until('the other is answered', () => other.received.length > 0);
    expect(other.received).toEqual(['$3\r\nold\r\n']);
    expect(received).toEqual([]);
    expect(socket.readyState).toBe('open');
    other.socket.destroy();
  });
});

describe('The proxy', () => {
  test('slows connections that there are and that come', async () => {
    proxy.slow(100);
    const start = performance.now();
    const other = await open();
    expect(performance.now() - start).toBeGreaterThan(99);
    proxy.slow(0);
    other.socket.destroy();
  });

  test('can be cut while a connection is frozen, and restored at the same address', async () => {
    connection.freeze();
    await proxy.cut();
    await proxy.restore();
    (await open()).socket.destroy();
  });
});
