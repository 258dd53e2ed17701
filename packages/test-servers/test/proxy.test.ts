import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setImmediate, setTimeout } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
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
/** The replies so far, chunk by chunk. */
let received: string[];

beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis.stop());

beforeEach(async () => {
  await redis.raw('SET', KEY, 'old', 'PX', '60000');
  proxy = await startRedisProxy(redis.url);
  ({ socket, connection, received } = await open());
});
afterEach(async () => {
  socket.destroy();
  await proxy.cut();
  await redis.raw('DEL', KEY);
});

async function open() {
  const { hostname, port } = new URL(proxy.url);
  const opened = connect(Number(port), hostname).setEncoding('utf8').setNoDelay();
  const chunks: string[] = [];
  opened.on('data', (chunk: string) => chunks.push(chunk)).on('error', () => {});
  opened.write('PING\r\n');
  await until('Redis has replied', () => chunks.length > 0);
  chunks.length = 0;
  return {
    socket: opened,
    connection: proxy.connections().at(-1) as ProxiedConnection,
    received: chunks,
  };
}

const stored = () => redis.raw('GET', KEY);

describe('a connection through the proxy', () => {
  test('can be cut without the others', async () => {
    const other = await open();
    connection.cut();
    await until('it is closed', () => socket.closed);
    other.socket.write('PING\r\n');
    await until('Redis has replied to the other', () => other.received.length > 0);
    other.socket.destroy();
  });

  test('can be reset, which is an error to the client', async () => {
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

  test('can be reset in the middle of a request, which Redis then ignores', async () => {
    connection.requests.resetAfter(SET.length - 1);
    socket.write(SET);
    await until('it is closed', () => socket.closed);
    expect(await stored()).toBe('old');
  });

  test('passes on replies in pieces', async () => {
    connection.replies.trickle(2);
    socket.write(`GET ${KEY}\r\n`);
    await until('all has come', () => received.join('') === '$3\r\nold\r\n');
    expect(received.length).toBeGreaterThan(1);
  });

  test('passes on requests in pieces', async () => {
    connection.requests.trickle(1);
    socket.write(SET);
    await until('Redis has replied', () => received.join('') === '+OK\r\n');
    expect(await stored()).toBe('new');
  });

  test('delays each reply by the same time, however many there are', async () => {
    const arrived: string[] = [];
    connection.replies.delay(50);
    for (let count = 1; count <= 40; count++) {
      socket.write('PING\r\n');
      await setImmediate();
    }
    const replies = until('every reply arrives', () => {
      return received.join('').length === 40 * '+PONG\r\n'.length || received;
    });
    await Promise.all([
      setTimeout(25).then(() => arrived.push('half the delay')),
      replies.then(() => arrived.push('every reply')),
      setTimeout(1000).then(() => arrived.push('half the sum of the delays')),
    ]);
    expect(arrived).toEqual(['half the delay', 'every reply', 'half the sum of the delays']);
  });

  test('holds back what is sent while it is frozen', async () => {
    connection.freeze();
    socket.write(SET);
    expect(await stored()).toBe('old');
    connection.thaw();
    await until('Redis has replied', () => received.join('') === '+OK\r\n');
    expect(await stored()).toBe('new');
  });

  test('passes on what was held back, even if the client has closed it', async () => {
    connection.freeze();
    socket.write(SET, () => socket.destroy());
    await until('it is closed', () => socket.closed);
    connection.thaw();
    await until('it has arrived', async () => (await stored()) === 'new');
  });

  test('drops what is sent while it is half open, and stays open', async () => {
    connection.halfOpen();
    socket.write(SET);
    const other = await open();
    other.socket.write(`GET ${KEY}\r\n`);
    await until('Redis has replied to the other', () => other.received.length > 0);
    expect(other.received).toEqual(['$3\r\nold\r\n']);
    expect(received).toEqual([]);
    expect(socket.readyState).toBe('open');
    other.socket.destroy();
  });
});

describe('the proxy', () => {
  test('delays replies on new connections, too', async () => {
    proxy.slow(100);
    const arrived: string[] = [];
    await Promise.all([
      open().then((other) => {
        arrived.push('the reply');
        other.socket.destroy();
      }),
      setTimeout(50).then(() => arrived.push('less than the delay')),
    ]);
    expect(arrived).toEqual(['less than the delay', 'the reply']);
    proxy.slow(0);
  });

  test('moves Redis away for requests, too', async () => {
    proxy.moveAway(300);
    socket.write(SET);
    await redis.raw('SET', KEY, 'overtaken');
    await until('the request has arrived', async () => (await redis.raw('GET', KEY)) === 'new');
    await until('the reply has arrived', () => received.length > 0);
    expect(received).toEqual(['+OK\r\n']);
  });

  test('can be cut while a connection is frozen, and restored at the same address', async () => {
    connection.freeze();
    await proxy.cut();
    await proxy.restore();
    (await open()).socket.destroy();
  });
});
