import { commandsDuring, sentOf } from '../../measuring/commands.ts';
import { interleave } from '../../measuring/rounds.ts';
import type { ScriptProcess } from '../../processes/script-process.ts';
import { startApp } from '../../processes/start-app.ts';
import type { Raw } from '../../redis/servers.ts';
import type { Progress } from '../workload.ts';
import type { Contestant } from './contestants.ts';
import { beginSessions, sendRequests } from './http-load.ts';
import type { Usage } from './server.ts';

export interface HttpEffort {
  /** Whose requests are measured. */
  servers: readonly Contestant[];
  rounds: number;
  /** How many requests a server answers in a round. */
  requests: number;
}

/** The results of a round of requests. */
export interface HttpRound {
  requestsPerSecond: number;
  commandsPerRequest: number;
  cpuMicroseconds: number;
  memoryMegabytes: number;
}

export const HTTP_KINDS = ['read', 'write'] as const;

/** What a request does with its session. */
export type HttpKind = (typeof HTTP_KINDS)[number];

export interface HttpResult {
  kind: HttpKind;
  rounds: Map<Contestant, HttpRound[]>;
}

/** A contestant's server, and the cookies of its sessions. */
interface ContestantServer {
  name: Contestant;
  server: ScriptProcess<Usage>;
  url: string;
  cookies: string[];
}

const SCRIPT = new URL('./server.js', import.meta.url);

/** Measures requests to an Express application with each of the stores, each in its own process. */
export async function measureHttp(
  redisUrl: string,
  raw: Raw,
  effort: HttpEffort,
  progress: Progress,
): Promise<HttpResult[]> {
  const servers = await Promise.all(effort.servers.map((name) => startServer(name, redisUrl)));
  const results: HttpResult[] = [];
  for (const kind of HTTP_KINDS) {
    progress(`HTTP: ${kind}`);
    const measured = await interleave(servers, effort.rounds, (each) =>
      measureRound(each, kind, raw, effort.requests),
    );
    const rounds = new Map(Array.from(measured, ([{ name }, round]) => [name, round]));
    results.push({ kind, rounds });
  }
  await Promise.all(servers.map(({ server }) => server.stop()));
  return results;
}

async function startServer(name: Contestant, redisUrl: string): Promise<ContestantServer> {
  const [server, url] = await startApp<Usage>(SCRIPT, name, redisUrl);
  return { name, server, url, cookies: await beginSessions(url) };
}

async function measureRound(
  { server, url, cookies }: ContestantServer,
  kind: HttpKind,
  raw: Raw,
  requests: number,
): Promise<HttpRound> {
  const before = await server.ask();
  let seconds = Number.NaN;
  const commands = await commandsDuring(raw, async () => {
    seconds = await sendRequests(`${url}/${kind}`, cookies, requests);
  });
  const after = await server.ask();
  return {
    requestsPerSecond: requests / seconds,
    commandsPerRequest: sentOf(commands) / requests,
    cpuMicroseconds: (after.cpuMicroseconds - before.cpuMicroseconds) / requests,
    memoryMegabytes: after.memoryBytes / 1e6,
  };
}
