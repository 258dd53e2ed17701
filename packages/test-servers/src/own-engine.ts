import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { canInstall, install, mirror } from './debian.ts';
import { buildImages, installRoot } from './debian-images.ts';
import { onPath } from './on-path.ts';
import { type Program, startProgram } from './program.ts';
import { noEngine } from './redis-source.ts';

const run = promisify(execFile);

/** A container engine for one command, with the images that the tests and compose.yaml use. */
export interface OwnEngine {
  /** Point docker, Compose, and testcontainers to this engine. */
  env: Record<string, string>;
  /** Stops the engine with all its containers, and removes its files. */
  stop(): Promise<void>;
}

/** Programs and their Debian packages. `docker` is in docker.io, or in a package of its own. */
const PROGRAMS = [
  ['dockerd', 'docker.io'],
  ['docker', 'docker-cli'],
  ['iptables', 'iptables'],
  ['debootstrap', 'debootstrap'],
] as const;

/**
 * Starts a Docker engine in a temporary folder, as root on Debian.
 * @param signal stops the start.
 * @throws Error that says what to do elsewhere.
 */
export async function startOwnEngine(signal: AbortSignal): Promise<OwnEngine> {
  const from = canInstall() ? mirror() : undefined;
  if (from === undefined) {
    throw new Error(
      `These tests need containers, but ${noEngine()}. Start one such as Docker. As root on Debian, ` +
        'test:containers starts one itself.',
    );
  }
  for (const [program, debianPackage] of PROGRAMS) {
    if (onPath(program) === undefined) install(debianPackage);
  }
  const hadBridge = existsSync(BRIDGE);
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-engine-'));
  const host = `unix://${join(folder, 'socket')}`;
  const dockerd = startDockerd(folder, host);
  const stop = async () => {
    await dockerd.stop();
    await unmountAll(folder);
    if (!hadBridge) await removeBridge();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await dockerd.printed('API listen on');
    const env = await equip(folder, host, from, signal);
    return { env, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function startDockerd(folder: string, host: string): Program {
  const at = (name: string) => join(folder, name);
  const own = ['--data-root', at('data'), '--exec-root', at('exec'), '--pidfile', at('pid')];
  // Publishes ports to this machine only, and leaves its firewall alone.
  const network = ['--ip', '127.0.0.1', '--iptables=false', '--ip-forward=false'];
  // Detached from the terminal, whose Ctrl-C would stop it before the tests have cleaned up their containers.
  return startProgram('dockerd', ['--host', host, ...own, ...network], { detached: true });
}

/** Builds the images, and installs Compose for docker. */
async function equip(
  folder: string,
  host: string,
  from: string,
  signal: AbortSignal,
): Promise<OwnEngine['env']> {
  const root = join(folder, 'root');
  const config = join(folder, 'config');
  // Without firewall rules, containers do not reach the npm registry.
  const override = join(folder, 'build-on-host-network.yaml');
  const env = {
    DOCKER_HOST: host,
    DOCKER_CONFIG: config,
    COMPOSE_FILE: `compose.yaml:${override}`,
    // There is no image of Ryuk. The engine ends everything that Ryuk would end.
    TESTCONTAINERS_RYUK_DISABLED: 'true',
  };
  await installRoot(root, from, signal);
  await buildImages(root, env, signal);
  await cp(join(root, 'usr/libexec/docker/cli-plugins'), join(config, 'cli-plugins'), {
    recursive: true,
  });
  await writeFile(override, 'services: { app: { build: { network: host } } }\n');
  await rm(root, { recursive: true });
  return env;
}

/** Unmounts what dockerd left mounted, the innermost first. */
async function unmountAll(folder: string): Promise<void> {
  const mounts = (await readFile('/proc/mounts', 'utf8')).split('\n');
  const points = mounts.map((line) => line.split(' ')[1] ?? '');
  const left = points.filter((point) => point.startsWith(`${folder}/`)).reverse();
  for (const point of left) await run('umount', [point]);
}

/** Docker's default bridge. dockerd leaves it behind. */
const BRIDGE = '/sys/class/net/docker0';

async function removeBridge(): Promise<void> {
  // Without `ip`, the bridge stays. It does no harm.
  if (existsSync(BRIDGE) && onPath('ip') !== undefined) {
    await run('ip', ['link', 'delete', 'docker0']);
  }
}
