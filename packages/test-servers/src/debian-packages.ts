import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** Debian's own package has installed it. apt checks the signatures of the releases by it, and the checksums of packages by those. */
const KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg';

/**
 * Unpacks a program of Debian's, with all libraries that it needs, and installs nothing. Several processes may do so at once.
 * @param path where to put a command that runs it. Its files go beside that.
 * @param name of the package and of the program.
 * @param suites the releases to get packages from. The package itself is from the last.
 * @param mirror where the releases are.
 */
export function unpack(
  path: string,
  name: string,
  suites: readonly string[],
  mirror: string,
): void {
  mkdirSync(dirname(path), { recursive: true });
  const temporary = mkdtempSync(`${path}.unpacking-`);
  try {
    const archives = download(temporary, `${name}/${suites.at(-1)}`, suites, mirror);
    const root = join(temporary, 'root');
    for (const archive of archives) execFileSync('dpkg', ['-x', archive, root]);
    const files = `${path}.files`;
    move(root, files);
    const command = join(temporary, 'command');
    writeFileSync(command, script(files, name));
    chmodSync(command, 0o755);
    move(command, path);
  } finally {
    rmSync(temporary, { recursive: true });
  }
}

/** Downloads a package and all that it depends on, as if nothing were installed. Returns the paths of the archives. */
function download(
  folder: string,
  wanted: string,
  suites: readonly string[],
  mirror: string,
): string[] {
  for (const part of ['lists/partial', 'archives/partial']) {
    mkdirSync(join(folder, part), { recursive: true });
  }
  const sources = join(folder, 'sources.list');
  const lines = suites.map((suite) => `deb [signed-by=${KEYRING}] ${mirror} ${suite} main\n`);
  writeFileSync(sources, lines.join(''));
  const status = join(folder, 'status');
  writeFileSync(status, '');
  const settings = {
    'Dir::Etc::sourcelist': sources,
    'Dir::Etc::sourceparts': '-',
    'Dir::State::Lists': join(folder, 'lists'),
    'Dir::State::status': status,
    'Dir::Cache': folder,
    'APT::Install-Recommends': 'false',
    // apt's own user cannot write into the folder.
    'APT::Sandbox::User': 'root',
    'Acquire::Languages': 'none',
  };
  const options = Object.entries(settings).map(([name, value]) => `-o${name}=${value}`);
  aptGet(...options, 'update');
  aptGet(...options, '--yes', '--download-only', 'install', wanted);
  const archives = join(folder, 'archives');
  return readdirSync(archives)
    .filter((file) => file.endsWith('.deb'))
    .map((file) => join(archives, file));
}

function aptGet(...args: string[]): void {
  execFileSync('apt-get', ['-qq', ...args], { stdio: ['ignore', 'ignore', 'inherit'] });
}

/** Returns a script that runs a program with the libraries of its own release, which are older or newer than this machine's. */
function script(root: string, name: string): string {
  const paths = readdirSync(root, { recursive: true, encoding: 'utf8' });
  const own = dirname(paths.find((path) => basename(path) === 'libc.so.6') ?? '');
  // Another link to the loader, in lib64, is absolute.
  const loader = readdirSync(join(root, own)).find((file) => file.startsWith('ld-linux-'));
  if (loader === undefined) throw new Error(`${root} holds no loader of libraries.`);
  const libraries = ['lib', 'usr/lib'].map((folder) => join(root, folder, basename(own)));
  const command = [join(root, own, loader), '--library-path', libraries.join(':')];
  return `#!/bin/sh\nexec '${[...command, join(root, 'usr/bin', name)].join("' '")}' "$@"\n`;
}

/** Another process may have been faster. Then its files stay. */
function move(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch (error) {
    if (!existsSync(to)) throw error;
  }
}
