import { ScriptProcess } from './script-process.ts';

/** Starts an application that `serve` of serve.ts runs in its own process, so that its usage is measurable. */
export async function startApp<Usage>(
  script: URL,
  name: string,
  redisUrl: string,
): Promise<[server: ScriptProcess<Usage>, url: string]> {
  const [server, port] = await ScriptProcess.start<number, Usage>(script, [name, redisUrl]);
  return [server, `http://127.0.0.1:${port}`];
}
