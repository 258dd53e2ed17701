import { createDecipheriv, randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { inspect } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import { type EncryptedOptions, encrypted, SessionRepository } from '../src/index.ts';
import { MemoryRedis } from './memory-redis.ts';

type Fields = Record<string, unknown>;

const SESSION = { user: 'Lovelace', cookie: { originalMaxAge: null } };
const NEW = { id: '2026-11', key: randomBytes(32) };
const OLD = { id: '2025-11', key: randomBytes(32) };

function serializer(options: Partial<EncryptedOptions<Fields>> = {}) {
  const made = encrypted<Fields>({ keys: [NEW], ...options });
  return {
    seal: (session: Fields, id: string) => made.seal(session, id) as string,
    open: (text: string, id: string) => made.open(text, id),
  };
}

function refusal(message: RegExp): unknown {
  const code = 'ERR_HOLDFAST_INVALID_OPTION';
  return expect.objectContaining({ code, message: expect.stringMatching(message) });
}

const sealed = expect.objectContaining({ code: 'ERR_HOLDFAST_SEALED' });

describe('an encrypted text', () => {
  test('consists of a mark, the key id, and nonce, ciphertext and tag of AES-256-GCM, bound to mark, key id and storage id', () => {
    const [mark, keyId, body = '', ...more] = serializer().seal(SESSION, 'id').split('.');
    expect([mark, keyId, more]).toEqual(['hf1', '2026-11', []]);
    const bytes = Buffer.from(body, 'base64url');
    const decipher = createDecipheriv('aes-256-gcm', NEW.key, bytes.subarray(0, 12));
    decipher.setAAD(Buffer.from('hf1.2026-11.id'));
    decipher.setAuthTag(bytes.subarray(-16));
    const content = decipher.update(bytes.subarray(12, -16), undefined, 'utf8') + decipher.final();
    expect(content).toBe(JSON.stringify(SESSION));
  });

  test('decrypts to what was written, whatever the text', () => {
    const { seal, open } = serializer();
    const session = { name: 'zażółć 한국어 🦊 \ud800', empty: '', list: [1, null] };
    expect(open(seal(session, 'id'), 'id')).toEqual(session);
  });

  test('cannot be decrypted with any character changed, removed or added', () => {
    const { seal, open } = serializer();
    const text = seal(SESSION, 'id');
    for (let at = 0; at <= text.length; at++) {
      for (const other of ['', 'A', 'z', '.', '-', '+', '=', '!', ' ', '\n', '\u0000']) {
        for (const end of [at, at + 1]) {
          const changed = text.slice(0, at) + other + text.slice(end);
          if (changed !== text) expect(() => open(changed, 'id')).toThrow(sealed);
        }
      }
    }
  });

  test('cannot be decrypted with any bit changed', () => {
    const { seal, open } = serializer();
    const [mark, keyId, body = ''] = seal(SESSION, 'id').split('.');
    const bytes = Buffer.from(body, 'base64url');
    for (let bit = 0; bit < 8 * bytes.length; bit++) {
      const changed = Buffer.from(bytes);
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      const text = `${mark}.${keyId}.${changed.toString('base64url')}`;
      expect(() => open(text, 'id')).toThrow(sealed);
    }
  });

  test('cannot be decrypted if it is cut short', () => {
    const { seal, open } = serializer();
    const text = seal(SESSION, 'id');
    for (let length = 0; length < text.length; length++) {
      expect(() => open(text.slice(0, length), 'id')).toThrow(sealed);
    }
  });

  test('cannot be decrypted under another id', () => {
    const { seal, open } = serializer();
    const text = seal(SESSION, 'id');
    for (const id of ['', 'i', 'id2', '.id', 'ID']) expect(() => open(text, id)).toThrow(sealed);
  });

  test('cannot be decrypted as a compressed text if it is not one, or the other way around', () => {
    const { seal, open } = serializer({ compressAbove: 100 });
    const [short, long] = [seal(SESSION, 'id'), seal({ text: 'a'.repeat(200) }, 'id')];
    expect(() => open(short.replace('hf1.', 'hf1z.'), 'id')).toThrow(sealed);
    expect(() => open(long.replace('hf1z.', 'hf1.'), 'id')).toThrow(sealed);
  });

  test('has a different nonce each time', () => {
    const { seal } = serializer();
    const nonces = Array.from({ length: 10_000 }, () => seal({}, 'id').split('.')[2]?.slice(0, 16));
    expect(new Set(nonces).size).toBe(10_000);
  });

  test('that cannot be decrypted causes an error with neither content nor key', () => {
    const { seal } = serializer();
    const text = seal(SESSION, 'id');
    const { open } = serializer({ keys: [{ id: NEW.id, key: OLD.key }] });
    let error: unknown;
    try {
      open(text, 'id');
    } catch (thrown) {
      error = thrown;
    }
    const shown = inspect(error, { showHidden: true, depth: null });
    expect(shown).toContain('id 2026-11.');
    for (const secret of ['Lovelace', text, OLD.key.toString('base64'), OLD.key.toString('hex')]) {
      expect(shown).not.toContain(secret);
    }
  });
});

describe('the keys of encrypted', () => {
  test('all decrypt, and the first one encrypts', () => {
    const before = serializer({ keys: [OLD] });
    const during = serializer({ keys: [OLD, NEW] });
    const after = serializer({ keys: [NEW, OLD] });
    expect(after.open(before.seal(SESSION, 'id'), 'id')).toEqual(SESSION);
    expect(during.open(after.seal(SESSION, 'id'), 'id')).toEqual(SESSION);
    expect(after.seal(SESSION, 'id')).toMatch(/^hf1\.2026-11\./);
    expect(during.seal(SESSION, 'id')).toMatch(/^hf1\.2025-11\./);
  });

  test('do not decrypt what another key encrypted, whatever its id', () => {
    const text = serializer({ keys: [OLD] }).seal(SESSION, 'id');
    const unknown = expect.objectContaining({
      message: expect.stringMatching(/the ids 2026-11\. See/),
    });
    expect(() => serializer().open(text, 'id')).toThrow(sealed);
    expect(() => serializer().open(text, 'id')).toThrow(unknown);
    const { open } = serializer({ keys: [{ id: OLD.id, key: NEW.key }] });
    expect(() => open(text, 'id')).toThrow(sealed);
  });

  test('may be 32 bytes, or their text in Base64 or hexadecimal digits', () => {
    const { id, key } = NEW;
    const text = serializer().seal(SESSION, 'id');
    for (const same of [
      new Uint8Array(key),
      key.toString('base64'),
      key.toString('base64url'),
      key.toString('hex'),
      key.toString('hex').toUpperCase(),
    ]) {
      expect(serializer({ keys: [{ id, key: same }] }).open(text, 'id')).toEqual(SESSION);
    }
  });

  test('are rejected with another length or a wrong id, and never shown', () => {
    const secret = 'correct horse battery staple';
    const { id, key } = NEW;
    for (const keys of [
      undefined,
      null,
      [],
      {},
      secret,
      [null],
      [key],
      [{ id }],
      [{ key }],
      [{ id: '', key }],
      [{ id: 'a.b', key }],
      [{ id: 7, key }],
      [{ id: 'a'.repeat(33), key }],
      [NEW, { id: 'b', key: secret }],
      ...[0, 16, 24, 31, 33, 64].map((length) => [{ id, key: randomBytes(length) }]),
      ...[16, 31, 33].map((length) => [{ id, key: randomBytes(length).toString('base64') }]),
      ...[16, 31, 33].map((length) => [{ id, key: randomBytes(length).toString('hex') }]),
      [{ id, key: [...key] }],
    ]) {
      const make = () => encrypted({ keys } as EncryptedOptions<Fields>);
      expect(make).toThrow(refusal(/^The option keys of encrypted must be .* 32 bytes/));
      expect(make).not.toThrow(secret);
    }
  });

  test('must have different ids', () => {
    const make = () => encrypted({ keys: [NEW, OLD, { ...OLD, key: NEW.key }] });
    expect(make).toThrow(refusal(/two keys with the id 2025-11/));
  });

  test('are not shown when the serializer is printed', () => {
    const shown = inspect(encrypted({ keys: [NEW] }), { showHidden: true, depth: null });
    expect(shown).not.toContain(NEW.key.toString('hex').match(/../g)?.slice(0, 4).join(' '));
    expect(shown).not.toContain(NEW.key.toString('base64'));
  });
});

describe('encrypted', () => {
  const plain = JSON.stringify(SESSION);

  test('reads plain texts only with readPlain or writePlain', () => {
    expect(() => serializer().open(plain, 'id')).toThrow(sealed);
    expect(() => serializer({ readPlain: false }).open(plain, 'id')).toThrow(sealed);
    expect(serializer({ readPlain: true }).open(plain, 'id')).toEqual(SESSION);
    expect(serializer({ writePlain: true }).open(plain, 'id')).toEqual(SESSION);
  });

  test('never reads an encrypted text as plain text', () => {
    const text = serializer({ keys: [OLD] }).seal(SESSION, 'id');
    const readsAll = { parse: () => SESSION, stringify: JSON.stringify };
    const { open } = serializer({ readPlain: true, serializer: readsAll });
    for (const bad of [text, 'hf1.', 'hf1z.', `hf1.${NEW.id}.`, `hf1.${NEW.id}.${plain}`]) {
      expect(() => open(bad, 'id')).toThrow(sealed);
    }
  });

  test('writes plain text only with writePlain, and still reads encrypted texts', () => {
    const { seal, open } = serializer({ writePlain: true });
    expect(seal(SESSION, 'id')).toBe(plain);
    expect(open(serializer().seal(SESSION, 'id'), 'id')).toEqual(SESSION);
    expect(serializer({ readPlain: true }).seal(SESSION, 'id')).toMatch(/^hf1\./);
  });

  test('compresses texts of more bytes than compressAbove, and none by default', () => {
    const session = { text: 'ä'.repeat(500) };
    const bytes = Buffer.byteLength(JSON.stringify(session));
    const at = (compressAbove?: number) => serializer({ compressAbove }).seal(session, 'id');
    expect(at(bytes - 1)).toMatch(/^hf1z\./);
    expect(at(bytes - 1).length).toBeLessThan(100);
    expect(at(bytes)).toMatch(/^hf1\./);
    expect(at()).toMatch(/^hf1\./);
    expect(serializer().open(at(1), 'id')).toEqual(session);
  });

  test('encrypts what another serializer writes, sync or async', async () => {
    const stringify = (session: Fields) => `! ${JSON.stringify(session)}`;
    const parse = (text: string): Fields => JSON.parse(text.slice(2));
    const now = serializer({ serializer: { stringify, parse } });
    expect(now.open(now.seal(SESSION, 'id'), 'id')).toEqual(SESSION);
    const later = serializer({
      serializer: {
        stringify: async (session) => stringify(session),
        parse: async (text) => parse(text),
      },
    });
    expect(await later.open(await later.seal(SESSION, 'id'), 'id')).toEqual(SESSION);
  });

  test('accepts promises of another realm, and other thenables, from another serializer', async () => {
    // Under Jest, the promises of Node's own functions are not instances of this Promise.
    const foreign = <Value>(value: Value) => sleep(1, value);
    const thenable = <Value>(value: Value) =>
      Object.fromEntries([['then', (done: (value: Value) => void) => done(value)]]);
    expect(foreign(1)).not.toBeInstanceOf(Promise);
    for (const wrap of [foreign, thenable]) {
      const wrapped = serializer({
        serializer: {
          stringify: (session) => wrap(JSON.stringify(session)) as Promise<string>,
          parse: (text) => wrap(JSON.parse(text)) as Promise<Fields>,
        },
      });
      const text = await wrapped.seal(SESSION, 'id');
      expect(text).toMatch(/^hf1\./);
      expect(await wrapped.open(text, 'id')).toEqual(SESSION);
    }
  });

  test.each([
    ['an array', ['text']],
    ['bytes', Buffer.from('text')],
    ['nothing', undefined],
  ])('refuses %s from another serializer, which it could not read again', async (_, written) => {
    const serializer = { parse: JSON.parse, stringify: () => written as unknown as string };
    const sessions = new SessionRepository({
      client: new MemoryRedis(),
      serializer: encrypted({ keys: [{ id: 'a', key: randomBytes(32) }], serializer }),
    });
    await expect(sessions.save('id', {})).rejects.toMatchObject({
      code: 'ERR_HOLDFAST_SERIALIZE',
      cause: { message: expect.stringContaining('inside encrypted must return a string') },
    });
  });

  test('rejects an option that is wrong or does not exist', () => {
    const make = (options: object) => () => encrypted({ keys: [NEW], ...options });
    expect(make({ readPlain: 'yes' })).toThrow(
      refusal(/option readPlain of encrypted must be true or false, but is "yes"/),
    );
    expect(make({ writePlain: 1 })).toThrow(refusal(/option writePlain of encrypted/));
    expect(make({ compressAbove: 0 })).toThrow(refusal(/option compressAbove of encrypted/));
    expect(make({ serializer: {} })).toThrow(refusal(/option serializer of encrypted/));
    expect(make({ key: NEW.key })).toThrow(
      refusal(/encrypted has no option key\. Did you mean keys\? Its options are keys, readPlain,/),
    );
    expect(make({ readPlain: undefined })).not.toThrow();
  });
});
