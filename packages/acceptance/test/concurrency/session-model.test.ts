import { randomUUID } from 'node:crypto';
import { RedisStore } from '@holdfast/core';
import { sized, until } from '@holdfast/test-servers';
import { expect, test } from '@jest/globals';
import type { SessionData } from 'express-session';
import fc from 'fast-check';
import { ioredis5, nodeRedis6 } from '../support/clients.ts';
import { checkProperty } from '../support/properties.ts';
import { useClient, useRedis } from '../support/resources.ts';

type Fields = Record<string, unknown>;

/** What Holdfast promises about one session: its fields, and what each request that read it knew then. */
interface Model {
  stored: Fields | null;
  /** Whether the session was destroyed. It is then over for good, as long as the store remembers that. */
  isEnded: boolean;
  requests: Known[];
}

/** undefined if the request has read no session. */
type Known = { base: Fields; mine: Fields } | undefined;

/** The stores: each request has one of its own, as if it ran in another process. */
interface Real {
  id: string;
  requests: { store: RedisStore; session: SessionData | undefined; dropped: number }[];
}

const FIELDS = ['a', 'b', 'c', 'constructor', '__proto__'];
const REQUESTS = [0, 1];
const MINUTE = 60_000;

function expiry(ms = MINUTE): Date {
  return new Date(Date.now() + ms);
}

/** Returns fields with one of them set or deleted. `__proto__` is a field like any other. */
function withField(fields: Fields, name: string, value: unknown): Fields {
  const entries = new Map(Object.entries(fields));
  if (value === undefined) entries.delete(name);
  else entries.set(name, value);
  return Object.fromEntries(entries);
}

function valueIn(fields: Fields, name: string): unknown {
  return new Map(Object.entries(fields)).get(name);
}

/** Returns what a save stores: the fields that it changed, and all others as they were stored. */
function saved(stored: Fields, { base, mine }: NonNullable<Known>): Fields {
  let result = stored;
  for (const name of [...FIELDS, 'n']) {
    const [before, now] = [valueIn(base, name), valueIn(mine, name)];
    if (JSON.stringify(before) !== JSON.stringify(now)) result = withField(result, name, now);
  }
  return result;
}

function entriesOf(fields: Fields | null): unknown {
  return fields && Object.entries(fields).sort(([one], [other]) => (one < other ? -1 : 1));
}

function requestOf<Request>(requests: Request[], index: number): Request {
  const request = requests[index];
  if (!(index in requests)) throw new Error(`There is no request ${index}.`);
  return request as Request;
}

function sessionIn(real: Real, index: number): { store: RedisStore; session: SessionData } {
  const { store, session } = requestOf(real.requests, index);
  if (session === undefined) throw new Error('The model and the test disagree on what was read.');
  return { store, session };
}

function knownIn(model: Model, index: number): NonNullable<Known> {
  const known = model.requests[index];
  if (known === undefined) throw new Error('The request has read no session.');
  return known;
}

async function fieldsStored({ id, requests }: Real): Promise<Fields | null> {
  const session = await requestOf(requests, 0).store.get(id);
  return session && withField({ ...session }, 'cookie', undefined);
}

async function expectStored(model: Model, real: Real): Promise<void> {
  expect(entriesOf(await fieldsStored(real))).toEqual(entriesOf(model.stored));
}

/** A step, with a precondition. After each step, what is stored is compared with the model. */
class Step implements fc.AsyncCommand<Model, Real> {
  readonly name: string;
  readonly check: (model: Readonly<Model>) => boolean;
  readonly #work: (model: Model, real: Real) => Promise<void>;

  constructor(
    name: string,
    check: Step['check'],
    work: (model: Model, real: Real) => Promise<void>,
  ) {
    this.name = name;
    this.check = check;
    this.#work = work;
  }

  async run(model: Model, real: Real): Promise<void> {
    await this.#work(model, real);
    await expectStored(model, real);
  }

  toString(): string {
    return this.name;
  }
}

const always = () => true;
const holds = (index: number) => (model: Readonly<Model>) => model.requests[index] !== undefined;

const load = (index: number) =>
  new Step(`load(${index})`, always, async (model, real) => {
    const request = requestOf(real.requests, index);
    request.session = (await request.store.get(real.id)) ?? undefined;
    const { stored } = model;
    model.requests[index] = stored === null ? undefined : { base: stored, mine: stored };
  });

const create = (index: number, fields: Fields) =>
  new Step(`create(${index}, ${JSON.stringify(fields)})`, always, async (model, real) => {
    const request = requestOf(real.requests, index);
    const session: unknown = withField(fields, 'cookie', {
      originalMaxAge: MINUTE,
      expires: expiry(),
    });
    request.session = session as SessionData;
    const before = request.dropped;
    await request.store.set(real.id, request.session);
    expect(request.dropped - before).toBe(model.isEnded ? 1 : 0);
    // The next save of the same object would be dropped, too.
    if (model.isEnded) request.session = undefined;
    model.stored = model.isEnded ? null : fields;
    model.requests[index] = model.isEnded ? undefined : { base: fields, mine: fields };
  });

const change = (index: number, name: string, value: unknown) =>
  new Step(`change(${index}, ${name}, ${value})`, holds(index), async (model, real) => {
    const { session } = sessionIn(real, index);
    if (value === undefined) Reflect.deleteProperty(session, name);
    else {
      const property = { value, enumerable: true, configurable: true, writable: true };
      Object.defineProperty(session, name, property);
    }
    const known = knownIn(model, index);
    model.requests[index] = { ...known, mine: withField(known.mine, name, value) };
  });

async function save(real: Real, index: number): Promise<void> {
  const { store, session } = sessionIn(real, index);
  session.cookie.expires = expiry();
  await store.set(real.id, session);
}

const saveOne = (index: number) =>
  new Step(`save(${index})`, holds(index), async (model, real) => {
    const request = requestOf(real.requests, index);
    const before = request.dropped;
    await save(real, index);
    expect(request.dropped - before).toBe(model.stored === null ? 1 : 0);
    if (model.stored === null) return;
    const known = knownIn(model, index);
    model.stored = saved(model.stored, known);
    model.requests[index] = { base: known.mine, mine: known.mine };
  });

const saveBoth = new Step(
  'saveBoth()',
  (model) => model.stored !== null && REQUESTS.every((index) => holds(index)(model)),
  async (model, real) => {
    await Promise.all(REQUESTS.map((index) => save(real, index)));
    const [one, other] = [knownIn(model, 0), knownIn(model, 1)];
    const stored = model.stored ?? {};
    const either = [saved(saved(stored, one), other), saved(saved(stored, other), one)];
    const now = await fieldsStored(real);
    expect(either.map(entriesOf)).toContainEqual(entriesOf(now));
    model.stored = now;
    model.requests = [one, other].map(({ mine }) => ({ base: mine, mine }));
  },
);

const saveWhileDestroyed = (index: number) =>
  new Step(`saveWhileDestroyed(${index})`, holds(index), async (model, real) => {
    const other = requestOf(real.requests, 1 - index);
    await Promise.all([other.store.destroy(real.id), save(real, index)]);
    model.stored = null;
    model.isEnded = true;
    // The order is unknown, and so is what the request knows now.
    model.requests[index] = undefined;
  });

const touch = (index: number) =>
  new Step(`touch(${index})`, holds(index), async (_model, real) => {
    const { store, session } = sessionIn(real, index);
    session.cookie.expires = expiry();
    await store.touch(real.id, session);
  });

const expire = (index: number) =>
  new Step(`expire(${index})`, holds(index), async (model, real) => {
    const { store, session } = sessionIn(real, index);
    // A new maximum age overrides what another request has stored. An earlier expiry alone does not.
    Object.assign(session.cookie, { originalMaxAge: 20, expires: expiry(20) });
    await store.touch(real.id, session);
    await until('the session has expired', async () => (await store.get(real.id)) === null);
    model.stored = null;
    // For this request, the short age is now what it read, and not a change.
    model.requests[index] = undefined;
  });

const destroy = (index: number) =>
  new Step(`destroy(${index})`, always, async (model, real) => {
    await requestOf(real.requests, index).store.destroy(real.id);
    model.stored = null;
    model.isEnded = true;
  });

function increment(session: SessionData): void {
  Reflect.set(session, 'n', Number(Reflect.get(session, 'n') ?? 0) + 1);
}

function incremented(stored: Fields, by = 1): Fields {
  return withField(stored, 'n', Number(valueIn(stored, 'n') ?? 0) + by);
}

const update = (index: number) =>
  new Step(`update(${index})`, always, async (model, real) => {
    const stored = await requestOf(real.requests, index).store.update(real.id, increment);
    expect(stored === null).toBe(model.stored === null);
    model.stored = model.stored && incremented(model.stored);
  });

const updateWhileSaved = (index: number) =>
  new Step(`updateWhileSaved(${index})`, holds(index), async (model, real) => {
    const updates = real.requests.map(({ store }) => store.update(real.id, increment));
    await Promise.all([...updates, save(real, index)]);
    if (model.stored === null) return;
    const known = knownIn(model, index);
    model.stored = incremented(saved(model.stored, known), updates.length);
    model.requests[index] = { base: known.mine, mine: known.mine };
  });

const index = fc.constantFrom(...REQUESTS);
const name = fc.constantFrom(...FIELDS);
const value = fc.option(fc.constantFrom<unknown>(0, 1, null, [], '\ud800', 2 ** 60), {
  nil: undefined,
});
const fields = fc.dictionary(name, fc.nat(3), { noNullPrototype: true, maxKeys: 3 });

const steps = fc.commands(
  [
    fc.tuple(index, fields).map((args) => create(...args)),
    index.map(load),
    index.map(load),
    fc.tuple(index, name, value).map((args) => change(...args)),
    fc.tuple(index, name, value).map((args) => change(...args)),
    index.map(saveOne),
    index.map(saveOne),
    fc.constant(saveBoth),
    index.map(saveWhileDestroyed),
    index.map(touch),
    index.map(expire),
    index.map(destroy),
    index.map(update),
    index.map(updateWhileSaved),
  ],
  { maxCommands: 40, size: 'max' },
);

const server = useRedis();
const clients = [useClient(ioredis5, server), useClient(nodeRedis6, server)];

test('two requests of one session keep what is promised, in any order of their steps', async () => {
  const prefix = `model:${randomUUID()}:`;
  const requests = () =>
    clients.map((client) => {
      const request: Real['requests'][number] = {
        store: new RedisStore({ client: client().redis, prefix }),
        session: undefined,
        dropped: 0,
      };
      request.store.on('dropped', () => {
        request.dropped++;
      });
      return request;
    });
  await checkProperty(
    fc.asyncProperty(steps, async (commands) => {
      const setup = () => ({
        model: { stored: null, isEnded: false, requests: [undefined, undefined] } as Model,
        real: { id: randomUUID(), requests: requests() },
      });
      await fc.asyncModelRun(setup, commands);
    }),
    sized(50, 500),
  );
  await requestOf(requests(), 0).store.clear();
});
