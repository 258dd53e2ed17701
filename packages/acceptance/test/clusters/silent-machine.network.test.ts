import {
  type Deployment,
  deploy,
  FAULTS,
  type Failure,
  type Fault,
  type Topology,
  until,
} from '@holdfast/test-servers';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { CLIENTS } from '../../../../apps/bench/src/workloads/recovery/clients.ts';
import { Writer } from '../support/clusters/writer.ts';

const WRITERS = 5;

/** How often each writer writes at the beginning, and at the end. */
const SETS = 5;

/** With the options of docs/reliability.md: another test compares them. */
const clients = CLIENTS.filter(({ options }) => options === 'recommended');
const names = clients.map(({ name }) => name);

/** The servers that get through a fault without losing what they acknowledged: one that writes to its disk. */
const KEEPS_ALL: Topology = 'one server';

interface Load {
  writers: Writer[];
  close(): unknown;
}

const cases = (['one server', 'cluster', 'sentinels'] as const).flatMap((topology) =>
  FAULTS.map((fault): [Topology, Fault] => [topology, fault]),
);

describe.each(cases)('with %s, and a machine whose server is %s,', (topology, fault) => {
  let servers: Deployment;
  let failure: Failure;
  /** When the old master may have answered again, */
  let over: number;
  /** and when it was a replica. */
  let settled: number;
  let stored: Set<string>;
  const loads = new Map<string, Load>();
  const writersOf = (name: string) => loads.get(name)?.writers ?? [];
  const all = () => names.flatMap(writersOf);

  const untilAll = (what: string, holds: (writer: Writer) => boolean) =>
    until(what, () => all().every(holds) || names.filter((name) => !writersOf(name).every(holds)));

  const isWorkingAgain = ({ sets }: Writer) =>
    sets.some(({ began }) => began > failure.recoverable);

  beforeAll(async () => {
    servers = await deploy(topology);
    console.info(`The machines of ${topology} (${fault}) are ${servers.network}.`);
    const end = new AbortController();
    const work: Promise<void>[] = [];
    for (const client of clients) {
      const { store, close } = await client.open(servers);
      const writers = Array.from({ length: WRITERS }, (_, index) => {
        return new Writer(`{${servers.tag(index)}}:${client.name}`);
      });
      loads.set(client.name, { writers, close });
      work.push(...writers.map((writer) => writer.write(store, end.signal)));
    }
    await untilAll('each client writes', (writer) => writer.sets.length >= SETS);
    failure = await servers.begin(fault);
    await untilAll('each client works again', isWorkingAgain);
    over = Math.min(failure.over, performance.now());
    await servers.settle();
    settled = performance.now();
    await untilAll('each client goes on', ({ sets }) => {
      return sets.filter(({ began }) => began > settled).length >= SETS;
    });
    end.abort();
    await Promise.all(work);
    stored = new Set(await servers.keys());
  });
  // A connection that node-redis gives up while it connects to a silent machine opens when that is back, and pings forever. So
  // Jest has to end this process.
  afterAll(async () => {
    for (const { close } of loads.values()) await close();
    await servers?.stop();
  });

  test.each(names)('everything works again through %s', (name) => {
    expect(writersOf(name).map(isWorkingAgain)).toEqual(Array(WRITERS).fill(true));
  });

  /**
   * A master acknowledges writes before its replicas have them, so the last ones before the fault can be lost. So can those that
   * the old master acknowledges when its link is up again, before it hears of the new one: no client can know.
   */
  test.each(names)(
    'nothing is lost that only the right master can have acknowledged, through %s',
    (name) => {
      const sets = writersOf(name).flatMap((writer) => writer.sets);
      const sure = sets.filter(({ began, ended }) => {
        if (topology === KEEPS_ALL || began > settled) return true;
        return began > failure.began && ended < over;
      });
      expect(sure.length).toBeGreaterThanOrEqual(WRITERS * SETS);
      expect(sure.filter(({ id }) => !stored.has(`sess:${id}`))).toEqual([]);
    },
  );
});
