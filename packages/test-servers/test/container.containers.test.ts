import { expect, test } from '@jest/globals';
import { startContainer } from '../src/container.ts';

test('names an image that the engine cannot pull, and says what to do', async () => {
  await expect(startContainer('holdfast/no-such-image')).rejects.toThrow(
    /does not start holdfast\/no-such-image: .+\. If it cannot pull images, .+ set TEST_REDIS_IMAGE .+\.$/,
  );
});
