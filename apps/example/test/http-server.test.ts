import { once } from 'node:events';
import { get, type IncomingMessage, type RequestListener } from 'node:http';
import { expect, test } from '@jest/globals';
import { HttpServer } from '../src/start/http-server.ts';

/** Starts a server, and sends it a request that has arrived when this returns. */
async function openRequest(app: RequestListener) {
  let onArrival = () => {};
  const arrived = new Promise<void>((resolve) => {
    onArrival = resolve;
  });
  const server = await HttpServer.listen((request, response) => {
    app(request, response);
    onArrival();
  }, 0);
  const request = get(`http://localhost:${server.port}`);
  const response: Promise<IncomingMessage[]> = once(request, 'response');
  await arrived;
  return { server, response };
}

test('stop() cuts off a request that takes longer than the time limit', async () => {
  const { server, response } = await openRequest(() => {});
  const failed = expect(response).rejects.toMatchObject({ code: 'ECONNRESET' });
  await server.stop(1);
  await failed;
});

test('stop() waits for a response whose headers are sent, and closes its connection', async () => {
  let end = () => {};
  const { server, response } = await openRequest((_request, serverResponse) => {
    serverResponse.flushHeaders();
    end = () => serverResponse.end('all of it');
  });
  const [message] = await response;
  const stopped = server.stop();
  end();
  expect(await message?.toArray()).toEqual([Buffer.from('all of it')]);
  await stopped;
});
