import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';

/** Returns whether this process may install packages of Debian or Ubuntu. */
export function canInstall(): boolean {
  return existsSync('/usr/bin/apt-get') && process.getuid?.() === 0;
}

/** Installs packages, and says so. */
export function install(...packages: string[]): void {
  console.log(`Installing ${packages.join(' and ')} with apt-get, because the tests need it.`);
  aptGet('update');
  aptGet('install', '--yes', '--no-install-recommends', ...packages);
}

function aptGet(...args: string[]): void {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  execFileSync('apt-get', ['-qq', ...args], { stdio: ['ignore', 'ignore', 'inherit'], env });
}

/** Returns the URL that this machine gets Debian's packages from, or undefined if its sources name no Debian. */
export function mirror(): string | undefined {
  const known = knownMirror();
  if (known !== undefined) return known;
  aptGet('update');
  return knownMirror();
}

/** Undefined before the first `apt-get update` of a machine, too. */
function knownMirror(): string | undefined {
  const question = ['--format', '$(REPO_URI)', 'Created-By: Packages', 'Label: Debian'];
  const uris = execFileSync('apt-get', ['indextargets', ...question], { encoding: 'utf8' });
  return uris.split('\n')[0] || undefined;
}
