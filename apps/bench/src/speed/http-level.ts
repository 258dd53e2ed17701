import { commandsDuring, sentOf } from '../commands.ts';
import type { Raw } from '../raw.ts';
import { interleave } from '../rounds.ts';
import { ServerProcess } from '../server-process.ts';
import type { Progress } from '../workloads.ts';
import type { Contestant } from './contestants.ts';
import { beginSessions, load } from './load.ts';
import type { Usage } from './server.ts';

export interface HttpEffort {
  /** Whose requests are measured. */
  servers: readonly Contestant[];
  rounds: number;
  /** How many requests a server answers in a round. */
  requests: number;
}

/** What a round of requests came to. */
export interface HttpRound {
  requestsPerSecond: number;
  commandsPerRequest: number;
  cpuMicroseconds: number;
  memoryMegabytes: number;
}

/** What a request does with its session. */
export type HttpKind = 'read' | 'write';

export interface HttpResult {
  kind: HttpKind;
  rounds: Map<Contestant, HttpRound[]>;
}

/** A server with sessions, whose cookies these are. */
interface Served {
  server: ServerProcess<Contestant, Usage>;
  url: string;
  cookies: string[];
}

/** Measures requests to an Express application with each of the stores, each in a process of its own. */
export async function measureHttp(
  redisUrl: string,
  raw: Raw,
  effort: HttpEffort,
  progress: Progress,
): Promise<HttpResult[]> {
  const served = await Promise.all(effort.servers.map((name) => serve(name, redisUrl)));
  const results: HttpResult[] = [];
  for (const kind of ['read', 'write'] as const) {
    progress(`HTTP: ${kind}`);
    const measured = await interleave(served, effort.rounds, (each) =>
      measureRound(each, kind, raw, effort.requests),
    );
    const rounds = new Map(Array.from(measured, ([{ server }, round]) => [server.name, round]));
    results.push({ kind, rounds });
  }
  await Promise.all(served.map(({ server }) => server.stop()));
  return results;
}

async function serve(name: Contestant, redisUrl: string): Promise<Served> {
  const [server, url] = await ServerProcess.start<Contestant, Usage>(
    './speed/server.js',
    name,
    redisUrl,
  );
  return { server, url, cookies: await beginSessions(url) };
}

async function measureRound(
  { server, url, cookies }: Served,
  kind: HttpKind,
  raw: Raw,
  requests: number,
): Promise<HttpRound> {
  const before = await server.usage();
  let seconds = Number.NaN;
  const commands = await commandsDuring(raw, async () => {
    seconds = await load(`${url}/${kind}`, cookies, requests);
  });
  const after = await server.usage();
  return {
    requestsPerSecond: requests / seconds,
    commandsPerRequest: sentOf(commands) / requests,
    cpuMicroseconds: (after.cpuMicroseconds - before.cpuMicroseconds) / requests,
    memoryMegabytes: after.memoryBytes / 1e6,
  };
}
