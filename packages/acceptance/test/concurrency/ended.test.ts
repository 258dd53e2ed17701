import { randomUUID } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { Visitor } from '../support/concurrency/app-process.ts';
import { describeSetups } from '../support/concurrency/setups.ts';

const KINDS = ['node-redis-indexed', 'ioredis-indexed', 'node-redis-hashed', 'ioredis-encrypted'];

/** Signs in a user of this test alone. */
const signIn = (app: Parameters<typeof Visitor.signIn>[0]) =>
  Visitor.signIn(app, { user: randomUUID() });

describe('a request that comes after its session was ended', () => {
  describeSetups(KINDS, (setup) => {
    test('by a sign-in gets an empty session that is not stored, and sets no cookie over the new one', async () => {
      const { first, second } = setup();
      const visitor = await signIn(first);
      const { cookie } = await visitor.post(first, '/regenerate');
      expect(cookie).toBeDefined();
      const late = await visitor.work(second, { set: { late: 1 } });
      expect(late.body.ended).toBe('regenerated');
      expect(late.cookie).toBeUndefined();
      const again = await visitor.visit(second);
      expect(again).toMatchObject({ fields: {}, ended: 'regenerated' });
    });

    test('by a sign-in can sign in itself', async () => {
      const { first, second } = setup();
      const visitor = await signIn(first);
      await visitor.post(first, '/regenerate');
      const { cookie = '' } = await visitor.post(second, '/regenerate');
      const { body } = await first.request('GET', '/', cookie);
      expect(body).toMatchObject({ fields: { user: 'regenerated' } });
      expect(body.ended).toBeUndefined();
    });

    test('by a sign-out learns so, and gets another session if it puts something into it', async () => {
      const { first, second } = setup();
      const visitor = await signIn(first);
      await visitor.post(first, '/sign-out');
      expect(await visitor.visit(second)).toMatchObject({ fields: {}, ended: 'signedOut' });
      const { body, cookie = '' } = await visitor.work(second, { set: { user: 'Eve' } });
      expect(body.id).not.toBe(visitor.id);
      expect((await first.request('GET', '/', cookie)).body).toMatchObject({
        fields: { user: 'Eve' },
      });
    });

    test('by a sign-out everywhere learns so', async () => {
      const { first, second } = setup();
      const user = randomUUID();
      const [here, there] = [
        await Visitor.signIn(first, { user }),
        await Visitor.signIn(first, { user }),
      ];
      await first.destroyByUser(user, here.id);
      expect(await there.visit(second)).toMatchObject({ fields: {}, ended: 'elsewhere' });
      expect((await here.visit(second)).ended).toBeUndefined();
    });

    test('cannot restore it with an object that was not read from the store', async () => {
      const { first, second } = setup();
      for (const end of ['/sign-out', '/regenerate']) {
        const visitor = await signIn(first);
        await visitor.post(first, end);
        await second.put(visitor.id, { cookie: {}, user: 'revived' });
        expect((await visitor.visit(first)).fields).toEqual({});
        expect(await second.droppedReasons(visitor.id)).toEqual(['gone']);
      }
    });
  });

  describeSetups(['node-redis-limited'], (setup) => {
    test('by the limit of sessions of its user learns so', async () => {
      const { first, second } = setup();
      const user = randomUUID();
      const oldest = await Visitor.signIn(first, { user });
      await Visitor.signIn(first, { user });
      expect(await oldest.visit(second)).toMatchObject({ fields: {}, ended: 'limit' });
    });
  });

  describeSetups(['ioredis-forgetful'], (setup) => {
    test('learns nothing if ends are not remembered', async () => {
      const { first, second } = setup();
      const visitor = await signIn(first);
      await visitor.post(first, '/sign-out');
      expect((await visitor.visit(second)).ended).toBeUndefined();
      await second.put(visitor.id, { cookie: {}, user: 'revived' });
      expect(await second.droppedReasons(visitor.id)).toEqual([]);
    });
  });

  describeSetups(['node-redis-overwrite', 'ioredis-overwrite'], (setup) => {
    test('can restore it with `concurrency: "overwrite"`', async () => {
      const { first, second } = setup();
      const visitor = await signIn(first);
      await visitor.post(first, '/sign-out');
      await second.put(visitor.id, { cookie: {}, user: 'revived' });
      expect(await second.droppedReasons(visitor.id)).toEqual([]);
      expect((await second.stored(visitor.id)).get).toMatchObject({ user: 'revived' });
    });
  });
});
