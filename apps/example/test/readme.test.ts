import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type RedisProcess, startServer } from '@holdfast/test-servers';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type App, startApp, stopApps } from './app-process.ts';
import { Browser } from './browser.ts';

/** A command of the README, with the output that the README shows. */
interface Step {
  command: string;
  printed: string[];
}

let redis: RedisProcess;
beforeAll(async () => {
  redis = await startServer();
});
afterAll(async () => {
  await stopApps();
  await redis.stop();
});

async function steps(): Promise<Step[]> {
  const readme = await readFile(join(__dirname, '../README.md'), 'utf8');
  const [, transcript = ''] = readme.match(/```console\n([\s\S]*?)```/) ?? [];
  return transcript
    .split(/^\$ /m)
    .slice(1)
    .map((step) => {
      const [command = '', ...printed] = step.trimEnd().split('\n');
      return { command, printed };
    });
}

/** The terminals of a reader: one runs the app, on other ports than in the README, and one runs curl and redis-cli. */
class Terminals {
  #app: App | undefined;
  #jar = new Browser();

  async run(command: string): Promise<string> {
    if (command === 'rm jar') {
      this.#jar = new Browser();
      return '';
    }
    const [, variables] = command.match(/^((?:\w+=\S+ )*)npm start$/) ?? [];
    if (variables !== undefined) return this.#start(variables);
    const [, args = '', pattern] =
      command.match(/^curl -s -c jar -b jar (.+?)(?: \| grep -E '(.+)')?$/) ?? [];
    if (args !== '') return this.#curl(args, pattern);
    if (command === "redis-cli --scan --pattern 'sess:*'") {
      return (await redis.connection.keys('sess:*')).join('\n');
    }
    throw new Error(`This test does not know a command of the README: ${command}`);
  }

  async #start(variables: string): Promise<string> {
    await this.#app?.stop();
    const env = Object.fromEntries(
      [...variables.matchAll(/(\w+)=(\S+) /g)].map(([, name, value = '']) => [
        name,
        toTestRedis(value),
      ]),
    );
    this.#app = await startApp(env);
    if (env.SESSION_SECRET === undefined) await this.#app.printed('Warning');
    return this.#app
      .output()
      .replace(this.#app.url, 'http://localhost:3000')
      .replaceAll(toTestRedis(README_REDIS), README_REDIS);
  }

  async #curl(args: string, pattern: string | undefined): Promise<string> {
    const [, fields, method, path = ''] =
      args.match(/^(?:-d (\S+) )?(?:-X (\S+) )?localhost:3000(\S*)$/) ?? [];
    const url = `${this.#app?.url}${path}`;
    const isPost = fields !== undefined || method === 'POST';
    const { text } = isPost
      ? await this.#jar.submit(url, Object.fromEntries(new URLSearchParams(fields)))
      : await this.#jar.open(url);
    if (pattern === undefined) return text;
    return text
      .split('\n')
      .filter((line) => new RegExp(pattern).test(line))
      .join('\n');
  }
}

const README_REDIS = 'redis://localhost:6379';
const toTestRedis = (text: string) => text.replace(README_REDIS, `redis://127.0.0.1:${redis.port}`);

/** Replaces session ids, which differ in each run. */
const withoutIds = (text: string) => text.trimEnd().replace(/sess:[\w-]{32}/, 'sess:…');

test('the commands of the README print what it shows', async () => {
  const all = await steps();
  expect(all.length).toBeGreaterThan(10);
  const terminals = new Terminals();
  for (const { command, printed } of all) {
    const output = `${command}\n${withoutIds(await terminals.run(command))}`;
    expect(output.trimEnd()).toBe(`${command}\n${withoutIds(printed.join('\n'))}`.trimEnd());
  }
});
