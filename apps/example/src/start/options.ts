import { Command, InvalidArgumentError, Option } from 'commander';
import type { ClientName } from '../session-store.ts';
import { isRedisUrl, withoutSecrets } from './redis-url.ts';
import { StartupError } from './startup-error.ts';

/** The options of the app. */
export interface Options {
  client: ClientName;
  redisUrl: string;
  /** Whether the app starts a Redis of its own. */
  redis: boolean;
  workers: number;
  port: number;
  trustProxy: number;
  /** Only from the environment, because other users of the machine can see a command line. Absent: the app picks one. */
  secret: string | undefined;
}

type ParsedOptions = Pick<Options, 'workers' | 'port' | 'trustProxy'> & Partial<Options>;

const CLIENTS: ClientName[] = ['node-redis', 'ioredis', 'redis-mock'];

const ENVIRONMENT = `
Environment variables:
  SESSION_SECRET     signs the session cookies (default: a random secret, so a
                     restart signs everyone out; required if NODE_ENV is
                     production)
`;

/**
 * Reads the command line, and the environment for what the command line does not set. For `--help` and for a wrong
 * option, Commander prints a message and ends the process.
 * @throws StartupError for what Commander cannot check.
 */
export function readOptions(): Options {
  const command = program();
  // An empty variable counts as unset.
  for (const { envVar = '' } of command.options) {
    if (process.env[envVar] === '') delete process.env[envVar];
  }
  const parsed = command.parse().opts<ParsedOptions>();
  const isRedisNamed = parsed.redisUrl !== undefined || parsed.client !== undefined;
  // Several processes need a Redis that they share.
  const { redis = parsed.workers > 1 && !isRedisNamed } = parsed;
  const options = {
    client: redis || parsed.redisUrl !== undefined ? 'node-redis' : 'redis-mock',
    redisUrl: 'redis://localhost:6379',
    ...parsed,
    redis,
    secret: secretFrom(process.env),
  } as const;
  if (options.client === 'redis-mock') checkOptionsOfRedisMock(options);
  return options;
}

function program(): Command {
  return new Command('npm start --')
    .description('An example Express app that stores its sessions in Redis with Holdfast.')
    .addOption(
      new Option('--client <name>', 'default: redis-mock, or node-redis if there is a Redis')
        .choices(CLIENTS)
        .env('HOLDFAST_CLIENT'),
    )
    .addOption(
      new Option(
        '--redis-url <url>',
        'default: localhost; use the variable for a URL with a password',
      )
        .argParser(redisUrlFrom)
        .env('REDIS_URL'),
    )
    .addOption(
      new Option('--redis', 'start a redis-server that ends with the app').conflicts('redisUrl'),
    )
    .addOption(
      new Option('--workers <n>', 'number of processes; more than one implies --redis')
        .default(1)
        .argParser(wholeNumber(1, 64)),
    )
    .addOption(
      new Option('--port <n>', '0: any free port')
        .default(3000)
        .argParser(wholeNumber(0, 65_535))
        .env('PORT'),
    )
    .addOption(
      new Option('--trust-proxy <n>', 'number of proxies in front of the app')
        .default(0)
        .argParser(wholeNumber(0, 16))
        .env('TRUST_PROXY'),
    )
    .addHelpText('after', ENVIRONMENT);
}

function wholeNumber(min: number, max: number): (input: string) => number {
  return (input) => {
    const number = /^\d+$/.test(input) ? Number(input) : Number.NaN;
    if (number >= min && number <= max) return number;
    throw new InvalidArgumentError(`Use a whole number from ${min} to ${max}.`);
  };
}

/** Throws an error of its own, because Commander would print the URL with its password. */
function redisUrlFrom(input: string): string {
  if (isRedisUrl(input)) return input;
  throw new StartupError(
    `The URL of Redis in --redis-url or REDIS_URL is ${JSON.stringify(withoutSecrets(input))}. ` +
      'Use redis://… or rediss://…, with a host and optionally a database number.',
  );
}

function secretFrom({ SESSION_SECRET, NODE_ENV }: NodeJS.ProcessEnv): string | undefined {
  if (!SESSION_SECRET && NODE_ENV === 'production') {
    throw new StartupError(
      'SESSION_SECRET is not set. If NODE_ENV is production, the app does not pick a random one, because each machine ' +
        'would pick a different one.',
    );
  }
  return SESSION_SECRET || undefined;
}

function checkOptionsOfRedisMock({ redis, workers }: ParsedOptions): void {
  const inMemory =
    'redis-mock stores sessions in the memory of one process. Use the client node-redis or ioredis';
  if (redis) throw new StartupError(`--redis starts a Redis, but ${inMemory}.`);
  if (workers > 1) throw new StartupError(`--workers is ${workers}, but ${inMemory}.`);
}
