import fc from 'fast-check';

/** What a function does that keeps to no contract. */
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

const ANSWERED: Misbehave[] = [
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
  () => Symbol('answer'),
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
/** Answers at once, and no promise. */
export const answered: fc.Arbitrary<Misbehave> = fc.constantFrom(...ANSWERED);

function throws(made: Misbehave): Misbehave {
  return () => {
    throw made();
  };
}

/** Promises, and what looks like them, that do what a promise may not. */
const promised: fc.Arbitrary<Misbehave> = fc.tuple(answered, thrown).chain(([answer, error]) =>
  fc.constantFrom<Misbehave>(
    () => Promise.resolve(answer()),
    () => Promise.reject(error()),
    () => thenable((resolve) => [answer, error].map((made) => resolve(made()))),
    () => thenable((resolve, reject) => [resolve(answer()), reject(error())]),
    () => thenable((resolve, reject) => [reject(error()), resolve(answer())]),
    () => thenable(throws(error)),
    () => thenable((resolve) => [resolve(answer()), throws(error)()]),
    () => thenable((resolve) => resolve(thenable(() => {}))),
    () => Object.defineProperty({}, 'then', { get: throws(error) }),
    () => new Promise((resolve) => setTimeout(() => resolve(answer()), 5)),
    () => new Promise((_, reject) => setTimeout(() => reject(error()), 5)),
  ),
);

/** What never comes, or comes when nobody waits for it any more. */
const late: fc.Arbitrary<Misbehave> = fc.constantFrom<Misbehave>(
  never,
  () => thenable(() => {}),
  () => new Promise((resolve) => setTimeout(resolve, 300, '{"cookie":{}}')),
  () => new Promise((_, reject) => setTimeout(reject, 300, undefined)),
);

/** undefined: does what it should. */
export const misbehaviour: fc.Arbitrary<Misbehave | undefined> = fc.oneof(
  { weight: 4, arbitrary: fc.constant(undefined) },
  { weight: 2, arbitrary: thrown.map(throws) },
  { weight: 3, arbitrary: answered },
  { weight: 3, arbitrary: promised },
  { weight: 1, arbitrary: late },
);
