import { execFile } from 'node:child_process';
import { cp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The first Debian release with Redis 8 and Valkey 8. */
const SUITE = 'trixie';
const PACKAGES = ['redis-server', 'valkey-server', 'caddy', 'nodejs', 'docker-compose'];
const CERTIFICATES = '/etc/ssl/certs/of-the-host.pem';

/** One image holds all programs. The images below are built on it, and only differ in what they start. */
const BASE = 'holdfast-debian';

/** What the images of these names on Docker Hub start. */
const IMAGES = {
  'redis:8': server('redis-server'),
  'valkey/valkey:8': server('valkey-server'),
  'caddy:2': 'CMD ["caddy", "run", "--config", "/etc/caddy/Caddyfile", "--adapter", "caddyfile"]',
  // The machine may be behind a proxy with its own certificates.
  'node:22-slim': process.env.NODE_EXTRA_CA_CERTS ? `ENV NODE_EXTRA_CA_CERTS=${CERTIFICATES}` : '',
};

function server(program: string): string {
  return `
    WORKDIR /data
    VOLUME /data
    EXPOSE 6379
    ENTRYPOINT ["${program}", "--bind", "0.0.0.0", "--protected-mode", "no"]`;
}

/** Installs Debian in a folder, with the programs for all images. */
export async function installRoot(
  root: string,
  mirror: string,
  signal: AbortSignal,
): Promise<void> {
  console.log(`Making images of packages of Debian ${SUITE}.`);
  const include = `--include=${PACKAGES.join(',')}`;
  await run('debootstrap', ['--variant=minbase', include, SUITE, root, mirror], { signal });
  // Debian's npm depends on hundreds of packages.
  await run('npm', ['install', '--global', '--prefix', join(root, 'usr'), 'npm@10'], { signal });
  await run('chroot', [root, 'useradd', '--create-home', 'node'], { signal });
  const certificates = process.env.NODE_EXTRA_CA_CERTS;
  if (certificates) await cp(certificates, join(root, CERTIFICATES));
}

/** Builds the images in the engine that these variables name. */
export async function buildImages(
  root: string,
  engine: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<void> {
  // Debian's docker comes without BuildKit.
  const options = { env: { ...process.env, ...engine, DOCKER_BUILDKIT: '0' }, signal };
  const tar = `${root}.tar`;
  await run('tar', ['-C', root, '--exclude=./var/cache/apt', '-cf', tar, '.'], { signal });
  await run('docker', ['import', tar, BASE], options);
  await rm(tar);
  for (const [name, start] of Object.entries(IMAGES)) {
    const building = run('docker', ['build', '--tag', name, '-'], options);
    building.child.stdin?.end(`FROM ${BASE}\n${start}\n`);
    await building;
  }
}
