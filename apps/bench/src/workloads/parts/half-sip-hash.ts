import { createHash, hash } from 'node:crypto';
import { halfSipHash, type Words } from '../../../../../packages/core/src/listing/half-sip-hash.ts';
import { cpuTime, inTurn } from './cpu-time.ts';
import type { Contestant, Part } from './part.ts';
import { randomKeys } from './random-keys.ts';

const HASH_KEY: Words = [0x01020304, 0x05060708];
const SECRET = 'a secret';

export const halfSipHashes: Part = {
  about: 'Hashes keys of 37 characters with a secret, to 64 bits.',
  contestants: {
    halfSipHash: hashing((key) => halfSipHash(HASH_KEY, key)),
    "Node's `hash`, SHA-1": hashing((key) => wordsOf(hash('sha1', SECRET + key, 'buffer'))),
    "Node's `createHash`, SHA-1": hashing((key) =>
      wordsOf(createHash('sha1').update(SECRET).update(key).digest()),
    ),
  },
};

function hashing(hashKey: (key: string) => Words): Contestant {
  return cpuTime(() => {
    const keys = randomKeys(1000);
    let at = 0;
    return inTurn(() => {
      at = (at + 1) % keys.length;
      return hashKey(keys[at] ?? '');
    });
  });
}

function wordsOf(digest: Buffer): Words {
  return [digest.readInt32LE(0), digest.readInt32LE(4)];
}
