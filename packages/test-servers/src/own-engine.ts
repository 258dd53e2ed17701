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
import { noEngine } from './way.ts';

const run = promisify(execFile);

/** A container engine for one command, which has the images that the tests and compose.yaml ask for. */
export interface OwnEngine {
  /** With these variables, docker, Compose and testcontainers use it. */
  env: Record<string, string>;
  /** Ends it with all its containers, and removes what it left. */
  stop(): Promise<void>;
}

/** What Debian's packages bring. The command line of Docker is in the first one, or in a package of its own. */
const PROGRAMS = [
  ['dockerd', 'docker.io'],
  ['docker', 'docker-cli'],
  ['iptables', 'iptables'],
  ['debootstrap', 'debootstrap'],
] as const;

/**
 * Starts a Docker of its own on Debian, in a folder of its own.
 * @throws Error that says what to do, where this is not Debian or not root.
 */
export async function startOwnEngine(): Promise<OwnEngine> {
  const from = canInstall() ? mirror() : undefined;
  if (from === undefined) {
    throw new Error(
      `The tests need containers, and ${noEngine()}. Start one such as Docker. As root on Debian, ` +
        'test:containers starts one by itself.',
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
    const env = await equip(folder, host, from);
    return { env, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function startDockerd(folder: string, host: string): Program {
  const at = (name: string) => join(folder, name);
  const own = ['--data-root', at('data'), '--exec-root', at('exec'), '--pidfile', at('pid')];
  // Ports are published for this machine only, whose firewall stays as it is.
  const network = ['--ip', '127.0.0.1', '--iptables=false', '--ip-forward=false'];
  // A Ctrl-C of the terminal would end it before the containers that the tests clean up.
  return startProgram('dockerd', ['--host', host, ...own, ...network], { detached: true });
}

/** Makes the images, and Compose known to docker. */
async function equip(folder: string, host: string, from: string): Promise<OwnEngine['env']> {
  const root = join(folder, 'root');
  const config = join(folder, 'config');
  // Without a firewall rule for them, containers do not reach the registry of npm.
  const override = join(folder, 'build-on-host-network.yaml');
  const env = {
    DOCKER_HOST: host,
    DOCKER_CONFIG: config,
    COMPOSE_FILE: `compose.yaml:${override}`,
    // Its image is not among ours. What it would end ends with the engine.
    TESTCONTAINERS_RYUK_DISABLED: 'true',
  };
  await installRoot(root, from);
  await buildImages(root, env);
  await cp(join(root, 'usr/libexec/docker/cli-plugins'), join(config, 'cli-plugins'), {
    recursive: true,
  });
  await writeFile(override, 'services: { app: { build: { network: host } } }\n');
  await rm(root, { recursive: true });
  return env;
}

/** What dockerd has mounted and not unmounted, the innermost first. */
async function unmountAll(folder: string): Promise<void> {
  const mounts = (await readFile('/proc/mounts', 'utf8')).split('\n');
  const points = mounts.map((line) => line.split(' ')[1] ?? '');
  const left = points.filter((point) => point.startsWith(`${folder}/`)).reverse();
  for (const point of left) await run('umount', [point]);
}

/** Docker's default bridge stays after its end. */
const BRIDGE = '/sys/class/net/docker0';

async function removeBridge(): Promise<void> {
  // A machine without ip keeps the bridge, which does no harm.
  if (existsSync(BRIDGE) && onPath('ip') !== undefined) {
    await run('ip', ['link', 'delete', 'docker0']);
  }
}
