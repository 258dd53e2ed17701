import { createCipheriv, randomBytes } from 'node:crypto';
import { deflateRawSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { encrypted, type HoldfastError, SessionRepository } from '../src/index.ts';
import { isThenable } from '../src/util/values.ts';
import { MemoryRedis } from './memory-redis.ts';

interface Fields {
  text: string;
  cookie?: object;
}

const KIB = 1024;
const LIMIT = 4 * KIB * KIB;
const KEY = { id: 'key', key: randomBytes(32) };

const serializer = encrypted<Fields>({ keys: [KEY], compressAbove: 1 });

/** Returns a session whose JSON has this length. */
function sessionOf(length: number): Fields {
  return { text: 'a'.repeat(length - JSON.stringify({ text: '' }).length) };
}

/** Encrypts a compressed text, whatever its length, as a process with the key can. */
function compressed(text: string): string {
  const head = `hf1z.${KEY.id}.`;
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', KEY.key, nonce);
  cipher.setAAD(Buffer.from(`${head}id`));
  const content = [cipher.update(deflateRawSync(text)), cipher.final(), cipher.getAuthTag()];
  return head + Buffer.concat([nonce, ...content]).toString('base64url');
}

describe('a text that is larger than 4 MiB once it is inflated', () => {
  const bomb = compressed(JSON.stringify(sessionOf(2 * LIMIT)));

  test('is not inflated', async () => {
    expect(bomb.length).toBeLessThan(LIMIT / 8);
    const opening = new Promise((resolve) => resolve(serializer.open(bomb, 'id')));
    await expect(opening.then(() => 'opened')).rejects.toMatchObject({
      code: 'ERR_HOLDFAST_TOO_LARGE',
      message: expect.stringContaining('4 MiB'),
    });
  });

  test('counts as a missing session, with a warning, and is not merged', async () => {
    const client = new MemoryRedis();
    const warnings: HoldfastError[] = [];
    const onWarning = (warning: HoldfastError) => warnings.push(warning);
    const sessions = new SessionRepository<Fields>({ client, serializer }, { onWarning });
    await sessions.save('id', { text: 'small' });
    const read = await sessions.load('id');
    client.texts.set('sess:id', bomb);
    expect((await sessions.load('id')) === null).toBe(true);
    const handle = sessions.handleOf('id');
    expect(warnings).toMatchObject([{ code: 'ERR_HOLDFAST_TOO_LARGE', handle }]);
    expect(warnings[0]?.message).toContain(`the session with the handle ${handle}`);
    const saved = sessions.save('id', Object.assign(Object(read), { text: 'changed' }));
    await expect(saved).rejects.toMatchObject({ code: 'ERR_HOLDFAST_TOO_LARGE' });
    expect(client.texts.get('sess:id') === bomb).toBe(true);
  });
});

describe('a session', () => {
  test('of 4 MiB is compressed, and a larger one is not, so that it can be read again', async () => {
    for (const [length, mark] of [
      [LIMIT, 'hf1z.'],
      [LIMIT + 1, 'hf1.'],
    ] as const) {
      const session = sessionOf(length);
      const text = await serializer.seal(session, 'id');
      expect(text.slice(0, text.indexOf('.') + 1)).toBe(mark);
      expect((await serializer.open(text, 'id')).text === session.text).toBe(true);
    }
  });

  test('of more than 64 kB is deflated and inflated outside of the event loop', async () => {
    const small = sessionOf(64 * KIB);
    const smallText = serializer.seal(small, 'id');
    expect(typeof smallText).toBe('string');
    expect(isThenable(serializer.open(String(smallText), 'id'))).toBe(false);

    const large = sessionOf(64 * KIB + 1);
    const sealing = serializer.seal(large, 'id');
    expect(isThenable(sealing)).toBe(true);
    const largeText = await sealing;
    expect(largeText.slice(0, 5)).toBe('hf1z.');
    const opening = serializer.open(largeText, 'id');
    expect(isThenable(opening)).toBe(true);
    expect((await opening).text === large.text).toBe(true);
  });

  test('is merged as any other if it is large', async () => {
    const client = new MemoryRedis();
    const sessions = new SessionRepository<Fields & { mine?: number; theirs?: number }>({
      client,
      serializer,
    });
    await sessions.save('id', sessionOf(100 * KIB));
    const [mine, theirs] = [await sessions.load('id'), await sessions.load('id')];
    await sessions.save('id', Object.assign(Object(theirs), { theirs: 1 }));
    await sessions.save('id', Object.assign(Object(mine), { mine: 1 }));
    const { text, ...merged } = Object(await sessions.load('id'));
    expect(merged).toEqual({ mine: 1, theirs: 1 });
  });
});
