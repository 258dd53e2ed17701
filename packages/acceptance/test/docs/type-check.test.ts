import { describe, expect, test } from '@jest/globals';
import { typeErrors } from '../support/docs/type-check.ts';

describe('typeErrors', () => {
  test('tells the errors of each file, of every kind of module', async () => {
    const store = 'new RedisStore({ client: 5 });';
    const errors = await typeErrors({
      'right.mts': "import { RedisStore } from '@holdfast/core';\nexport { RedisStore };",
      'wrong.mts': `import { RedisStore } from '@holdfast/core';\n${store}`,
      'wrong.mjs': `import { RedisStore } from '@holdfast/core';\n${store}`,
      'wrong.cjs': `const { RedisStore } = require('@holdfast/core');\n${store}`,
      'missing.mts': "import 'no-such-package';",
    });
    const notAClient = expect.stringMatching(/^wrong.*'number' is not assignable to .*'RedisLike'/);
    expect(errors).toEqual({
      'wrong.mts': notAClient,
      'wrong.mjs': notAClient,
      'wrong.cjs': notAClient,
      'missing.mts': expect.stringMatching(/Cannot find module .*'no-such-package'/),
    });
  });
});
