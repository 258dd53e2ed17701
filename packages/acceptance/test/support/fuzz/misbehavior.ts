import fc from 'fast-check';

/** A function that breaks its contract. */
export type Misbehave = () => unknown;

const THROWN: Misbehave[] = [
  () => undefined,
  () => null,
  () => 0,
  () => '',
  () => 'text',
  () => Symbol('thrown'),
  () => new Error('no'),
  () => Object.assign(new Error('no'), { message: Symbol('message') }),
  () => Object.defineProperty(new Error('no'), 'message', { get: thrower }),
  () => hostile(),
  () => Object.create(null),
];

const RETURNED: Misbehave[] = [
  () => undefined,
  () => null,
  () => true,
  () => -1,
  () => Number.NaN,
  () => 1n,
  () => '',
  () => 'text',
  () => '{"cookie":{}}',
  () => '{"__proto__":{"polluted":1},"cookie":{}}',
  () => Symbol('returned'),
  () => () => {},
  () => [],
  () => [null, 'foreign', 'sess:id', 5],
  () => [{ member: 'id', score: Number.NaN }, { member: 5 }, null],
  () => ({}),
  () => ({ length: 2 ** 32 }),
  () => JSON.parse('{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}'),
  () => ({ cookie: { expires: hostile(), toJSON: thrower } }),
  () => hostile(),
  () => Object('{"cookie":{}}'),
  () => new Date(Number.NaN),
];

function thrower(): never {
  throw undefined;
}

function hostile(): object {
  const traps = { get: thrower, has: thrower, getPrototypeOf: thrower, ownKeys: thrower };
  return new Proxy({}, traps);
}

function thenable(
  then: (resolve: (value: unknown) => void, reject: (error: unknown) => void) => unknown,
) {
  return { then };
}

const never = () => new Promise(() => {});

const thrown = fc.constantFrom(...THROWN);
/** Functions that return something other than a promise. */
export const returned: fc.Arbitrary<Misbehave> = fc.constantFrom(...RETURNED);

function throws(made: Misbehave): Misbehave {
  return () => {
    throw made();
  };
}

/** Promises and thenables that do what a promise may not. */
const promised: fc.Arbitrary<Misbehave> = fc.tuple(returned, thrown).chain(([result, error]) =>
  fc.constantFrom<Misbehave>(
    () => Promise.resolve(result()),
    () => Promise.reject(error()),
    () => thenable((resolve) => [result, error].map((made) => resolve(made()))),
    () => thenable((resolve, reject) => [resolve(result()), reject(error())]),
    () => thenable((resolve, reject) => [reject(error()), resolve(result())]),
    () => thenable(throws(error)),
    () => thenable((resolve) => [resolve(result()), throws(error)()]),
    () => thenable((resolve) => resolve(thenable(() => {}))),
    () => Object.defineProperty({}, 'then', { get: throws(error) }),
    () => new Promise((resolve) => setTimeout(() => resolve(result()), 5)),
    () => new Promise((_, reject) => setTimeout(() => reject(error()), 5)),
  ),
);

/** Promises that settle never, or too late. */
const late: fc.Arbitrary<Misbehave> = fc.constantFrom<Misbehave>(
  never,
  () => thenable(() => {}),
  () => new Promise((resolve) => setTimeout(resolve, 300, '{"cookie":{}}')),
  () => new Promise((_, reject) => setTimeout(reject, 300, undefined)),
);

/** undefined: keeps the contract. */
export const misbehavior: fc.Arbitrary<Misbehave | undefined> = fc.oneof(
  { weight: 4, arbitrary: fc.constant(undefined) },
  { weight: 2, arbitrary: thrown.map(throws) },
  { weight: 3, arbitrary: returned },
  { weight: 3, arbitrary: promised },
  { weight: 1, arbitrary: late },
);
