import { expect, test } from '@jest/globals';
import { startContainer } from '../src/container.ts';

test('an image that the engine cannot pull is named, with what to do', async () => {
  await expect(startContainer('holdfast/no-such-image')).rejects.toThrow(
    /does not start holdfast\/no-such-image: .+\. Where it cannot pull images, .+ by TEST_REDIS_IMAGE\.$/,
  );
});
