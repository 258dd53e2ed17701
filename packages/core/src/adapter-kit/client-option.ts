import type { HoldfastError } from '../errors.ts';
import { describeValue, getProperty, isRecord, isThenable } from '../util/values.ts';
import {
  adviceFor,
  describeClient,
  detectClient,
  hasAdapter,
  invalidClient,
  isRedisLike,
  wrappingCall,
} from './client-detection.ts';

/** Options of Redis clients. A store does not connect to Redis, so it has none of them. */
const OF_CLIENTS: readonly string[] = [
  'url',
  'host',
  'port',
  'path',
  'socket',
  'tls',
  'username',
  'password',
  'db',
  'database',
  'sentinels',
  'rootNodes',
];

/**
 * Checks the option `client` of a class.
 * @param owner the name of the class.
 * @throws HoldfastError `ERR_HOLDFAST_INVALID_CLIENT`, which says what was given and what to write instead.
 */
export function checkClientOption(options: unknown, owner: string): void {
  if (options !== undefined && options !== null) checkIsOptions(options, owner);
  const client = getProperty(options, 'client');
  if (isRedisLike(client)) return;
  if (client === undefined) checkNames(Object(options), owner);
  throw invalidClient(
    `The option client must be a Redis client that an adapter has wrapped, as in { client: fromNodeRedis(client) }, but is ${describeClient(client)}. ${adviceFor(client)}`,
  );
}

function checkIsOptions(options: unknown, owner: string): void {
  const write = `Write ${rightCall(owner, options)}.`;
  if (detectClient(options) !== undefined) {
    const given = `the Redis client itself. ${adviceFor(options)}`;
    throw notOptions(owner, hasAdapter(options) ? `${given} ${write}` : given);
  }
  if (isRedisLike(options)) throw notOptions(owner, `the wrapped client itself. ${write}`);
  if (isThenable(options)) throw notOptions(owner, `a promise. ${adviceFor(options)}`);
  if (!isRecord(options)) throw notOptions(owner, `${describeValue(options)}. ${write}`);
}

function notOptions(owner: string, given: string): HoldfastError {
  return invalidClient(`${owner} takes an object with options, but was given ${given}`);
}

/** Explains options without `client` by the names of the others. */
function checkNames(options: object, owner: string): void {
  for (const [name, value] of Object.entries(options)) {
    if (detectClient(value) === undefined && !isRedisLike(value)) continue;
    throw invalidClient(
      `The client must be under the name client, but is under ${name}: write ${rightCall(owner, value)}.`,
    );
  }
  const name = Object.keys(options).find((each) => OF_CLIENTS.includes(each));
  if (name !== undefined) throw invalidClient(optionOfClients(name, owner) ?? '');
}

/** Explains an option that belongs to a Redis client. Undefined for any other. */
export function optionOfClients(name: string, owner: string): string | undefined {
  if (!OF_CLIENTS.includes(name)) return undefined;
  return `${owner} does not connect to Redis, so it has no option ${name}. Instead, create the client with it, connect it, and write ${rightCall(owner)}.`;
}

function rightCall(owner: string, client?: unknown): string {
  return `new ${owner}({ client: ${wrappingCall(client)} })`;
}
