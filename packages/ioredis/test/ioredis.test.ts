import { describeRedisLike, describeRedisStore } from '@holdfast/conformance';
import { startRedis } from '@holdfast/test-servers';
import { afterAll, beforeAll, describe, test } from '@jest/globals';
import * as ioredis6 from 'ioredis';
import * as ioredis5 from 'ioredis-5';
import { fromIoredis } from '../src/index.ts';

const versions = {
  5: (url: string, keyPrefix: string) => new ioredis5.Redis(url, { keyPrefix }),
  6: (url: string, keyPrefix: string) => new ioredis6.Redis(url, { keyPrefix }),
};

for (const [version, connect] of Object.entries(versions)) {
  for (const keyPrefix of ['', 'app:[*]:']) {
    const name = `ioredis ${version} ${keyPrefix === '' ? 'without' : 'with'} keyPrefix`;
    const factory = async () => {
      const { url, raw, stop } = await startRedis();
      const client = connect(url, keyPrefix);
      const close = async () => {
        await client.quit();
        await stop();
      };
      return { redis: fromIoredis(client), raw, keyPrefix, close };
    };
    describeRedisLike({ describe, test, beforeAll, afterAll }, name, factory);
    describeRedisStore({ describe, test, beforeAll, afterAll }, name, factory);
  }
}
