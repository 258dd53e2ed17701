import { randomUUID } from 'node:crypto';
import { promisify } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import { Cookie, type SessionData } from 'express-session';
import { connectRedis, holdfast, type SessionStore } from '../support/migrating/session-stores.ts';
import { useRedis, useResource } from '../support/resources.ts';

type Session = SessionData & { ours?: boolean; theirs?: boolean };

const redis = useRedis();

/** A request that has loaded a session, and has not saved it yet. */
interface OpenRequest {
  session: Session;
  save(): Promise<unknown>;
}

async function load(store: SessionStore, id: string): Promise<OpenRequest> {
  const session = await promisify(store.get.bind(store))(id);
  if (!session) throw new Error('There is no session.');
  return { session, save: () => promisify(store.set.bind(store))(id, session) };
}

const pairs = Object.entries(connectRedis).flatMap(([from, openTheirs]) =>
  Object.entries(holdfast).map(([to, openOurs]) => ({ from, openTheirs, to, openOurs })),
);

describe.each(pairs)('in a rolling deployment from $from to $to,', ({ openTheirs, openOurs }) => {
  const makers = useResource(
    async () => ({
      theirs: await openTheirs(redis().url),
      ours: await openOurs(redis().url),
    }),
    ({ theirs, ours }) => Promise.all([theirs.close(), ours.close()]),
  );

  /** A session that a request to each has loaded, whichever wrote it. */
  async function loadedByBoth() {
    const ours = makers().ours.store({});
    const theirs = makers().theirs.store({});
    const id = randomUUID();
    await promisify(theirs.set.bind(theirs))(id, { cookie: new Cookie() });
    const stored = async () => JSON.parse(String(await redis().raw('GET', `sess:${id}`)));
    const [ourRequest, theirRequest] = [await load(ours, id), await load(theirs, id)];
    Object.assign(ourRequest.session, { ours: true });
    Object.assign(theirRequest.session, { theirs: true });
    const destroyIn = (store: SessionStore) => promisify(store.destroy.bind(store))(id);
    return {
      ourRequest,
      theirRequest,
      stored,
      endByUs: () => destroyIn(ours),
      endByThem: () => destroyIn(theirs),
    };
  }

  test('a save of Holdfast keeps what connect-redis saved', async () => {
    const { ourRequest, theirRequest, stored } = await loadedByBoth();
    await theirRequest.save();
    await ourRequest.save();
    expect(await stored()).toMatchObject({ ours: true, theirs: true });
  });

  test('a save of connect-redis replaces what Holdfast saved, as the guide says', async () => {
    const { ourRequest, theirRequest, stored } = await loadedByBoth();
    await ourRequest.save();
    await theirRequest.save();
    expect(await stored()).toMatchObject({ theirs: true });
    expect(await stored()).not.toHaveProperty('ours');
  });

  test('a save of Holdfast does not restore a session that connect-redis ended', async () => {
    const { ourRequest, stored, endByThem } = await loadedByBoth();
    await endByThem();
    await ourRequest.save();
    expect(await stored()).toBeNull();
  });

  test('a save of connect-redis restores a session that Holdfast ended, as the guide says', async () => {
    const { theirRequest, stored, endByUs } = await loadedByBoth();
    await endByUs();
    await theirRequest.save();
    expect(await stored()).toMatchObject({ theirs: true });
  });
});
