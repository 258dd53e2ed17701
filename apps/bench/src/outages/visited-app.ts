import type { ScriptProcess } from '../processes/script-process.ts';
import { startApp } from '../processes/start-app.ts';
import type { Holdings } from './app.ts';
import { type Contestant, nameOf } from './contestants.ts';
import { Visitors } from './visitors.ts';

const APP = new URL('./app.js', import.meta.url);

/** An application in its own process, with visitors that come all the time. */
export interface VisitedApp {
  process: ScriptProcess<Holdings>;
  visitors: Visitors;
  /** Sends the visitors away, and returns when the last has left. May be repeated. */
  close(): Promise<void>;
}

/**
 * Starts a contestant's application for the work, sends visitors, and stops both afterward.
 * @param everyMs how often a visitor comes.
 */
export async function withVisitedApp<Result>(
  contestant: Contestant,
  redisUrl: string,
  everyMs: number,
  work: (app: VisitedApp) => Promise<Result>,
): Promise<Result> {
  const name = nameOf(contestant);
  const [server, url] = await startApp<Holdings>(APP, name, redisUrl);
  const end = new AbortController();
  try {
    const visitors = await Visitors.begin(url);
    const visits = visitors.visit(everyMs, end.signal);
    const close = () => {
      end.abort();
      return visits;
    };
    return await work({ process: server, visitors, close });
  } finally {
    end.abort();
    await server.stop();
  }
}
