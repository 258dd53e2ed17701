import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { applicationWithSessions } from '../support/docs/first-steps.ts';
import { publishedPackages, ROOT, textOf } from '../support/docs/repository-files.ts';
import { snippetsOf, toCommonJs } from '../support/docs/snippets.ts';
import { useRedis } from '../support/resources.ts';

/** npm may take minutes. */
const PATIENCE_MS = 600_000;

/** What a reader of the README installs beside the packages, in the versions that are tested here. */
const BESIDE = ['express@5.3.0', 'express-session@1.19.0', 'redis@6.3.1'];
const FOR_TYPES = ['@types/express@5.0.6', '@types/express-session@1.19.0', '@types/node@20.19.43'];
const FOR_JEST = ['jest@30.5.2'];

/** Follows the README's first snippet: counts the visits of one browser, and ends. */
const VISITS = `
app.get('/', (req, res) => {
  req.session.visits = (req.session.visits ?? 0) + 1;
  res.send(String(req.session.visits));
});
const server = app.listen(0);
await new Promise((resolve) => server.once('listening', resolve));
const address = server.address();
const url = \`http://127.0.0.1:\${typeof address === 'object' ? address?.port : ''}\`;
const first = await fetch(url);
const cookie = String(first.headers.get('set-cookie')).split(';')[0] ?? '';
const second = await fetch(url, { headers: { cookie } });
const visits = [await first.text(), await second.text()].join();
server.close();
await redis.quit();
`;

const SESSION_TYPE = `
declare module 'express-session' {
  interface SessionData {
    visits: number;
  }
}
`;

describe('the packed packages, installed into an empty folder', () => {
  const redis = useRedis();
  let tarballs: Record<string, string>;
  let program: string;
  const folders: string[] = [];

  /** Runs a command in a folder. If it fails, the error says what it printed. */
  async function run(folder: string, command: string, ...args: string[]): Promise<string> {
    const env = {
      ...process.env,
      REDIS_URL: redis().url,
      SESSION_SECRET: 'of the test',
      NODE_OPTIONS: '',
    };
    const { stdout } = await promisify(execFile)(command, args, { cwd: folder, env }).catch(
      (error: { message: string; stdout: string }) => {
        throw new Error(`${error.message}\n${error.stdout}`);
      },
    );
    return stdout.trim();
  }

  async function emptyFolder(): Promise<string> {
    const folder = await mkdtemp(join(tmpdir(), 'holdfast-packages-'));
    folders.push(folder);
    return folder;
  }

  async function install(...packages: string[]): Promise<string> {
    const folder = await emptyFolder();
    await writeFile(join(folder, 'package.json'), '{ "private": true }');
    // By default, npm waits five minutes for a reply.
    const patience = ['--fetch-timeout', '20000', '--fetch-retries', '4'];
    await run(folder, 'npm', 'install', '--no-audit', '--no-fund', ...patience, ...packages);
    return folder;
  }

  beforeAll(async () => {
    tarballs = await packed(await emptyFolder());
    program = (await applicationWithSessions()) + VISITS;
  }, PATIENCE_MS);

  afterAll(async () => {
    for (const folder of folders) await rm(folder, { recursive: true });
  });

  async function packed(destination: string): Promise<Record<string, string>> {
    const names = await publishedPackages();
    const { packageManager } = JSON.parse(await textOf('package.json'));
    for (const name of names) {
      const folder = join(ROOT, 'packages', name);
      await run(folder, 'npx', '-y', packageManager, 'pack', '--pack-destination', destination);
    }
    const files = await readdir(destination);
    return Object.fromEntries(
      names.map((name) => [
        name,
        join(destination, files.find((file) => file.startsWith(`holdfast-${name}-`)) ?? ''),
      ]),
    );
  }

  test(
    "run the README's first snippet as ESM, CommonJS, TypeScript and a Jest test",
    async () => {
      const { core = '', 'node-redis': adapter = '' } = tarballs;
      const folder = await install(core, adapter, ...BESIDE, ...FOR_TYPES, ...FOR_JEST);
      const write = (name: string, text: string) => writeFile(join(folder, name), text);
      const commonJs = toCommonJs(program);

      await write('app.mjs', `${program}console.log(visits);`);
      expect(await run(folder, 'node', 'app.mjs')).toBe('1,2');

      await write('app.cjs', `(async () => {${commonJs}console.log(visits);})();`);
      expect(await run(folder, 'node', 'app.cjs')).toBe('1,2');

      await write('app.mts', `${program}${SESSION_TYPE}console.log(visits);`);
      const tsc = join(ROOT, 'node_modules/.bin/tsc');
      const options = ['--strict', '--module', 'nodenext', '--target', 'es2023', '--types', 'node'];
      await run(folder, tsc, ...options, '--outDir', 'compiled', 'app.mts');
      await run(folder, tsc, ...options, '--exactOptionalPropertyTypes', '--noEmit', 'app.mts');
      expect(await run(folder, 'node', 'compiled/app.mjs')).toBe('1,2');

      await write(
        'app.test.js',
        `test('counts', async () => {${commonJs}expect(visits).toBe('1,2');});`,
      );
      expect(await run(folder, 'node', 'node_modules/jest/bin/jest.js', '--json')).toContain(
        '"numPassedTests":1',
      );
    },
    PATIENCE_MS,
  );

  /** The commands of the guide from connect-redis, with what they install as the test has it. */
  async function guideCommands(): Promise<string[]> {
    const guide = snippetsOf(await textOf('docs/migrating-from-connect-redis.md'));
    const commands = guide.filter(({ language }) => language === 'sh').map(({ code }) => code);
    return commands.flatMap((code) => code.trim().split('\n')).map(asPacked);
  }

  function asPacked(command: string): string {
    return command
      .replace(/ +#.*/, '')
      .replace(/@holdfast\/(\S+)/g, (_, name) => tarballs[name] ?? '')
      .replace(/\bredis@latest/, 'redis@6.3.1')
      .replace(/\bioredis@latest/, 'ioredis@6.0.0');
  }

  test(
    'install beside node_redis 3 with the commands of the guide from connect-redis',
    async () => {
      const [uninstall = '', installAlone = '', installWithRedis = '', installIoredis = ''] =
        await guideCommands();
      const before = ['redis@3.1.2', 'connect-redis@5.2.0', 'express@4.22.3'];
      const folder = await install(...before, 'express-session@1.17.0');
      const follow = (command: string) => run(folder, 'sh', '-c', command);
      await follow(uninstall);
      await expect(follow(installAlone)).rejects.toThrow(/ERESOLVE[\s\S]*Found: redis@3\.1\.2/);
      await follow(installIoredis);
      await follow('npm uninstall ioredis @holdfast/ioredis');
      await follow(installWithRedis);
      await writeFile(join(folder, 'app.mjs'), `${program}console.log(visits);`);
      expect(await run(folder, 'node', 'app.mjs')).toBe('1,2');
      const installed = JSON.parse(await run(folder, 'npm', 'ls', '--json', '--depth', '0'));
      expect(Object.keys(installed.dependencies).sort()).toEqual([
        '@holdfast/core',
        '@holdfast/node-redis',
        'express',
        'express-session',
        'redis',
      ]);
    },
    PATIENCE_MS,
  );

  test(
    'provide SessionRepository without express-session',
    async () => {
      const { core = '', 'redis-mock': adapter = '' } = tarballs;
      const folder = await install(core, adapter, 'redis-mock@0.56.3');
      const use = `
        const sessions = new SessionRepository({ client: fromRedisMock(redisMock.createClient()) });
        await sessions.save('id', { user: 'Ada' });
        console.log((await sessions.load('id')).user);
      `;
      const imports = `
import redisMock from 'redis-mock';
import { SessionRepository } from '@holdfast/core/repository';
import { fromRedisMock } from '@holdfast/redis-mock';
`;
      await writeFile(join(folder, 'app.mjs'), imports + use);
      expect(await run(folder, 'node', 'app.mjs')).toBe('Ada');
      await writeFile(join(folder, 'app.cjs'), `(async () => {${toCommonJs(imports)}${use}})();`);
      expect(await run(folder, 'node', 'app.cjs')).toBe('Ada');
      expect(await readdir(join(folder, 'node_modules'))).not.toContain('express-session');
    },
    PATIENCE_MS,
  );
});
