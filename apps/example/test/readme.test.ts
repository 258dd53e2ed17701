import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Program, type RedisProcess, startServer } from '@holdfast/test-servers';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { startApp, stopApps } from './app-process.ts';
import { Browser } from './browser.ts';

/** A command of README's, and what it says that it prints. */
interface Step {
  command: string;
  printed: string[];
}

let redis: RedisProcess;
beforeAll(async () => {
  redis = await startServer();
});
afterEach(stopApps);
afterAll(() => redis.stop());

async function stepsOfReadme(): Promise<Step[]> {
  const readme = await readFile(join(__dirname, '../../../README.md'), 'utf8');
  const [, transcript = ''] = readme.match(/```console\n([\s\S]*?)```/) ?? [];
  return transcript
    .split(/^\$ /m)
    .slice(1)
    .map((step) => {
      const [command = '', ...printed] = step.trimEnd().split('\n');
      return { command, printed };
    });
}

/** A reader's terminals: the app in one, with other ports than README's, and curl and redis-cli in the other. */
class Terminals {
  #app: (Program & { url: string }) | undefined;
  #jar = new Browser();

  async run(command: string): Promise<string> {
    const [, rm, variables, isStart] =
      command.match(/^(rm jar; )?((?:\w+=\S+ )*)(npm start)$/) ?? [];
    if (rm !== undefined) this.#jar = new Browser();
    if (isStart !== undefined) return this.#start(variables ?? '');
    const [, args = '', pattern] =
      command.match(/^curl -s -c jar -b jar (.+?)(?: \| grep -E '(.+)')?$/) ?? [];
    if (args !== '') return this.#curl(args, pattern);
    if (command === "redis-cli --scan --pattern 'sess:*'") {
      return (await redis.connection.keys('sess:*')).join('\n');
    }
    throw new Error(`README has a command that this test does not know: ${command}`);
  }

  async #start(variables: string): Promise<string> {
    await this.#app?.stop();
    const env = Object.fromEntries(
      [...variables.matchAll(/(\w+)=(\S+) /g)].map(([, name, value = '']) => [name, here(value)]),
    );
    this.#app = await startApp(env);
    if (env.SESSION_SECRET === undefined) await this.#app.printed('Warning');
    return this.#app
      .output()
      .replace(this.#app.url, 'http://localhost:3000')
      .replaceAll(here(THERE), THERE);
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

const THERE = 'redis://localhost:6379';
const here = (text: string) => text.replace(THERE, `redis://127.0.0.1:${redis.port}`);

/** A session id is another one each time. */
const withoutIds = (text: string) => text.trimEnd().replace(/sess:[\w-]{32}/, 'sess:…');

test("README's terminal prints what README says", async () => {
  const steps = await stepsOfReadme();
  expect(steps.length).toBeGreaterThan(10);
  const terminals = new Terminals();
  for (const { command, printed } of steps) {
    const answer = `${command}\n${withoutIds(await terminals.run(command))}`;
    expect(answer.trimEnd()).toBe(`${command}\n${withoutIds(printed.join('\n'))}`.trimEnd());
  }
});
