import { Command, InvalidArgumentError, Option } from 'commander';
import { type ClientName, connect } from '../session-store.ts';
import { CannotStart } from './cannot-start.ts';
import { isRedisUrl, withoutSecrets } from './redis-url.ts';

/** What the app can be told. */
export interface Options {
  client: ClientName;
  redisUrl: string;
  /** Whether the app is to start a Redis of its own. */
  redis: boolean;
  workers: number;
  port: number;
  trustProxy: number;
  /** Absent: the app has to make one up. Only by the environment, as others can see a command line. */
  secret: string | undefined;
}

type Given = Pick<Options, 'workers' | 'port' | 'trustProxy'> & Partial<Options>;

const ENVIRONMENT = `
Environment variables:
  SESSION_SECRET     what session cookies are signed with (default: a random
                     one, so that a restart signs everybody out; none with
                     NODE_ENV=production)
`;

/**
 * Reads the command line, and the environment where the command line says nothing. Commander prints what is wrong, or
 * the help, and ends the process.
 * @throws CannotStart for what Commander cannot know.
 */
export function readOptions(): Options {
  const command = program();
  // A variable that is empty counts as not set.
  for (const { envVar = '' } of command.options) {
    if (process.env[envVar] === '') delete process.env[envVar];
  }
  const given = command.parse().opts<Given>();
  const isRedisNamed = given.redisUrl !== undefined || given.client !== undefined;
  // Several processes have to share one.
  const { redis = given.workers > 1 && !isRedisNamed } = given;
  const options = {
    client: redis || given.redisUrl !== undefined ? 'node-redis' : 'redis-mock',
    redisUrl: 'redis://localhost:6379',
    ...given,
    redis,
    secret: secretFrom(process.env),
  } as const;
  if (options.client === 'redis-mock') refuseForRedisMock(options);
  return options;
}

function program(): Command {
  return new Command('npm start --')
    .description('An example of an Express app whose sessions Holdfast keeps in Redis.')
    .addOption(
      new Option('--client <name>', 'default: node-redis, and redis-mock where no Redis is named')
        .choices(Object.keys(connect))
        .env('HOLDFAST_CLIENT'),
    )
    .addOption(
      new Option('--redis-url <url>', 'by the variable where it has a password; else localhost')
        .argParser(redisUrlFrom)
        .env('REDIS_URL'),
    )
    .addOption(
      new Option('--redis', 'start a redis-server, and end it with the app').conflicts('redisUrl'),
    )
    .addOption(
      new Option('--workers <n>', 'how many processes serve; more than one imply --redis')
        .default(1)
        .argParser(wholeNumber(1, 64)),
    )
    .addOption(
      new Option('--port <n>', '0: any free one')
        .default(3000)
        .argParser(wholeNumber(0, 65_535))
        .env('PORT'),
    )
    .addOption(
      new Option('--trust-proxy <n>', 'how many proxies stand in front')
        .default(0)
        .argParser(wholeNumber(0, 16))
        .env('TRUST_PROXY'),
    )
    .addHelpText('after', ENVIRONMENT);
}

function wholeNumber(least: number, most: number): (given: string) => number {
  return (given) => {
    const number = /^\d+$/.test(given) ? Number(given) : Number.NaN;
    if (number >= least && number <= most) return number;
    throw new InvalidArgumentError(`Accepted: a whole number from ${least} to ${most}.`);
  };
}

/** Commander would print the address as it is, with its password. */
function redisUrlFrom(given: string): string {
  if (isRedisUrl(given)) return given;
  throw new CannotStart(
    `The address of Redis, by --redis-url or REDIS_URL, is ${JSON.stringify(withoutSecrets(given))}. ` +
      'Accepted: redis://… or rediss://…, with a host and perhaps a database number.',
  );
}

function secretFrom({ SESSION_SECRET, NODE_ENV }: NodeJS.ProcessEnv): string | undefined {
  if (!SESSION_SECRET && NODE_ENV === 'production') {
    throw new CannotStart(
      'SESSION_SECRET is not set. With NODE_ENV=production, none is made up, as each machine would have another.',
    );
  }
  return SESSION_SECRET || undefined;
}

function refuseForRedisMock({ redis, workers }: Given): void {
  const elsewhere =
    'has its sessions in the memory of one process. Choose the client node-redis or ioredis';
  if (redis) throw new CannotStart(`--redis starts a Redis, but redis-mock ${elsewhere}.`);
  if (workers > 1) {
    throw new CannotStart(`--workers is ${workers}, but redis-mock ${elsewhere}.`);
  }
}
