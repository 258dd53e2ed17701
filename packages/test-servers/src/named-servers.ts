import { execFileSync } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { canInstall, mirror } from './debian.ts';
import { unpack } from './debian-packages.ts';
import { onPath } from './on-path.ts';

/**
 * The servers that the tests can ask for, and the Debian releases that hold them. Where there are two, the last has the server, and
 * the first the libraries that it needs.
 */
const SUITES = {
  'redis-6.0': ['bullseye'],
  'redis-7.0': ['bookworm'],
  'redis-8.0': ['trixie'],
  'redis-8.6': ['sid', 'experimental'],
  'valkey-8.1': ['trixie'],
  'valkey-9.1': ['sid'],
} as const;

/** The name and the version of a server. */
type ServerName = keyof typeof SUITES;
export const SERVER_NAMES = Object.keys(SUITES) as ServerName[];

/** What a machine offers. Tests pass their own. */
export interface ServerShelf {
  /** Holds programs under the names of the servers, such as `valkey-9.1`. */
  folder: string;
  onPath(program: string): string | undefined;
  /** Where to get packages of Debian from. Undefined if this process may not install any. */
  mirror(): string | undefined;
}

const thisMachine: ServerShelf = {
  folder:
    process.env.TEST_SERVER_FOLDER ||
    join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'holdfast', 'servers'),
  onPath,
  mirror: () => (canInstall() ? mirror() : undefined),
};

/**
 * Returns the path of a server: in the folder `TEST_SERVER_FOLDER`, by default one in the user's cache, or else on PATH. If it is
 * in neither, unpacks Debian's package into the folder, as root on Debian. Installs nothing.
 * @returns undefined if it cannot be had.
 * @throws Error if there is no server of this name, or if what has its name in the folder is another one.
 */
export function findServer(
  name: string,
  { folder, onPath, mirror }: ServerShelf = thisMachine,
): string | undefined {
  if (!isServerName(name)) {
    throw new Error(
      `There is no server ${name}. TEST_SERVER is one of ${SERVER_NAMES.join(', ')}.`,
    );
  }
  const own = join(folder, name);
  if (existsSync(own)) return checked(own, name);
  const [product] = name.split('-');
  const installed = [onPath(`${product}-server`), onPath('redis-server')];
  const found = installed.find((path) => path !== undefined && nameOf(path) === name);
  if (found !== undefined) return found;
  const from = mirror();
  if (from === undefined) return undefined;
  console.log(`Unpacking ${name} from packages of Debian into ${folder}.`);
  try {
    unpack(own, `${product}-server`, SUITES[name], from);
    return checked(own, name);
  } catch (error) {
    // The machine may be offline, or the release may have a newer version by now.
    rmSync(own, { force: true });
    console.warn(`Debian's packages do not give ${name}: ${error}`);
    return undefined;
  }
}

/** Says how to get a server that {@link findServer} did not find. */
export function howToGet(name: string): string {
  return (
    `There is no ${name} here. Install it, or put it into the folder TEST_SERVER_FOLDER under the name ${name}. ` +
    'As root on Debian, the tests unpack it themselves.'
  );
}

/** Returns the name of the image that holds a server. */
export function imageOf(name: string): string {
  const image = name.replace('-', ':');
  return image.startsWith('valkey') ? `valkey/${image}` : image;
}

/** Returns the name and version of the server at a path, such as `redis-7.0`, whether or not it is one of the {@link ServerName}s. */
export function nameOf(path: string): string {
  const said = execFileSync(path, ['--version'], { encoding: 'utf8' });
  const [, product = 'unknown', version = ''] = /^(\w+) server v=(\d+\.\d+)/.exec(said) ?? [];
  return `${product.toLowerCase()}-${version}`;
}

function checked(path: string, name: ServerName): string {
  const found = nameOf(path);
  if (found === name) return path;
  throw new Error(`${path} is not ${name}, but ${found}.`);
}

function isServerName(name: string): name is ServerName {
  return Object.hasOwn(SUITES, name);
}
