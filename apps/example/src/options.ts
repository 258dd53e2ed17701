import { Command, InvalidArgumentError, Option } from 'commander';
import { CannotStart } from './cannot-start.ts';
import { isRedisUrl, withoutSecrets } from './redis-url.ts';
import { type ClientName, connect } from './session-store.ts';

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
                     one, so that a restart signs everybody out)
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
  const real = given.redis || given.redisUrl !== undefined;
  const options = {
    client: real ? 'node-redis' : 'redis-mock',
    redisUrl: 'redis://localhost:6379',
    redis: false,
    ...given,
    secret: process.env.SESSION_SECRET || undefined,
  } as const;
  if (options.client === 'redis-mock') refuseForRedisMock(options);
  return options;
}

function program(): Command {
  return new Command('npm start --')
    .description('An example of an Express app whose sessions Holdfast keeps in Redis.')
    .addOption(clientOption())
    .addOption(redisUrlOption())
    .addOption(
      new Option('--redis', 'start a redis-server, and end it with the app').conflicts('redisUrl'),
    )
    .addOption(numberOption('--workers <n>', 'how many processes serve', 1, 1, 64))
    .addOption(numberOption('--port <n>', '0: any free one', 3000, 0, 65_535).env('PORT'))
    .addOption(
      numberOption('--trust-proxy <n>', 'how many proxies stand in front', 0, 0, 16).env(
        'TRUST_PROXY',
      ),
    )
    .addHelpText('after', ENVIRONMENT);
}

function clientOption(): Option {
  return new Option(
    '--client <name>',
    'default: node-redis, and redis-mock where no Redis is named',
  )
    .choices(Object.keys(connect))
    .env('HOLDFAST_CLIENT');
}

function redisUrlOption(): Option {
  return new Option(
    '--redis-url <url>',
    'by the variable where it has a password; without, localhost',
  )
    .argParser(redisUrlFrom)
    .env('REDIS_URL');
}

function numberOption(
  flags: string,
  description: string,
  byDefault: number,
  least: number,
  most: number,
): Option {
  return new Option(flags, description).default(byDefault).argParser((given) => {
    const number = /^\d+$/.test(given) ? Number(given) : Number.NaN;
    if (number >= least && number <= most) return number;
    throw new InvalidArgumentError(`Accepted: a whole number from ${least} to ${most}.`);
  });
}

/** Commander would print the address as it is, with its password. */
function redisUrlFrom(given: string): string {
  if (isRedisUrl(given)) return given;
  throw new CannotStart(
    `The address of Redis, by --redis-url or REDIS_URL, is ${JSON.stringify(withoutSecrets(given))}. ` +
      'Accepted: redis://… or rediss://…, with a host and perhaps a database number.',
  );
}

function refuseForRedisMock({ redis, workers }: Given): void {
  const elsewhere =
    'has its sessions in the memory of one process. Choose the client node-redis or ioredis';
  if (redis) throw new CannotStart(`--redis starts a Redis, but redis-mock ${elsewhere}.`);
  if (workers > 1) {
    throw new CannotStart(
      `--workers is ${workers}, but redis-mock ${elsewhere}, with --redis or --redis-url.`,
    );
  }
}
