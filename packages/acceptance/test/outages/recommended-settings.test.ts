import { until } from '@holdfast/test-servers';
import { describe, expect, test } from '@jest/globals';
import { hurriedClients } from '../support/clients.ts';
import { useClient, useProxy, useRedis } from '../support/resources.ts';

/** The settings are the README's, with a fraction of its times. */
const PACE = 0.25;

describe.each(Object.entries(hurriedClients(PACE)))("the README's settings of %s", (_, make) => {
  const server = useRedis();
  const proxy = useProxy(server);
  const client = useClient(make, proxy);

  const untilServes = () =>
    until('Redis serves', () =>
      client()
        .redis.get('key')
        .then(
          () => true,
          (error) => error,
        ),
    );

  const expectFailure = () => expect(client().redis.get('key')).rejects.toThrow();

  test('let a command fail while the server does not reply, and recover', async () => {
    await untilServes();
    proxy().freeze();
    await expectFailure();
    await proxy().cut();
    await proxy().restore();
    await untilServes();
  });

  test('let a command fail while there is no server, and recover', async () => {
    await untilServes();
    await proxy().cut();
    await expectFailure();
    await proxy().restore();
    await untilServes();
  });

  test('find a new connection if the old one is dead without notice', async () => {
    await untilServes();
    for (const connection of proxy().connections()) connection.halfOpen();
    await expectFailure();
    await untilServes();
  });
});
