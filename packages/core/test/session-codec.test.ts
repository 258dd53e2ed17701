import { describe, expect, test } from '@jest/globals';
import type { StoreOptions } from '../src/options.ts';
import { CreationTimes } from '../src/session/creation-times.ts';
import { SessionCodec } from '../src/session/session-codec.ts';

interface Fields {
  views: number;
}

function codecOf(
  serializer: NonNullable<StoreOptions<Fields>['serializer']>,
  maxLifetime?: number,
) {
  const creationTimes = new CreationTimes({ maxLifetime: maxLifetime ?? Number.POSITIVE_INFINITY });
  return new SessionCodec({ serializer, prefix: 'sess:', timeoutMs: 1000 }, creationTimes);
}

describe('a serializer', () => {
  test('with seal and open is called as a method, and with the storage id', () => {
    class Sealing {
      readonly told: string[] = [];
      seal(session: Fields, storageId: string): string {
        this.told.push(storageId);
        return `${session.views}`;
      }
      open(text: string, storageId: string): Fields {
        this.told.push(storageId);
        return { views: Number(text) };
      }
    }
    const serializer = new Sealing();
    const codec = codecOf(serializer);
    expect(codec.stringify('sess:id', { views: 1 })).toBe('1');
    expect(codec.parse('sess:id', '2')).toEqual({ views: 2 });
    expect(serializer.told).toEqual(['id', 'id']);
  });

  test('with a seal but no open is used as any other serializer', () => {
    const codec = codecOf({
      ...JSON,
      parse: JSON.parse,
      stringify: JSON.stringify,
      ...{ seal() {} },
    });
    expect(codec.stringify('sess:id', { views: 1 })).toBe('{"views":1}');
    expect(codec.parse('sess:id', '{"views":2}')).toEqual({ views: 2 });
  });
});

describe('a session of a class', () => {
  class Visit implements Fields {
    views = 1;
    get doubled(): number {
      return this.views * 2;
    }
    toJSON(): object {
      return { ...this, doubled: this.doubled };
    }
  }

  test('is written with its toJSON, with and without its creation time', () => {
    expect(codecOf(JSON).stringify('sess:id', new Visit())).toBe('{"views":1,"doubled":2}');
    const text = codecOf(JSON, 60).stringify('sess:id', new Visit());
    expect(JSON.parse(String(text))).toEqual({
      views: 1,
      doubled: 2,
      holdfastCreatedAt: expect.any(Number),
    });
  });

  test('does not get a field of its creation time', () => {
    const session = new Visit();
    codecOf(JSON, 60).stringify('sess:id', session);
    expect(Object.keys(session)).toEqual(['views']);
  });

  test('may also have no class, or a field that looks like a class', () => {
    const session = JSON.parse('{"views":1,"__proto__":{"toJSON":1}}');
    const codec = codecOf(JSON, 60);
    const text = String(codec.stringify('sess:id', session));
    expect(text).toMatch(/^\{"views":1,"__proto__":\{"toJSON":1\},"holdfastCreatedAt":\d+\}$/);
    const bare = Object.assign(Object.create(null), { views: 1 });
    expect(codec.stringify('sess:id', bare)).toMatch(/^\{"views":1,"holdfastCreatedAt":\d+\}$/);
  });
});
