import { randomUUID } from 'node:crypto';
import type { Store } from 'express-session';
import { type Commands, commandsDuring, sentOf } from '../../measuring/commands.ts';
import { interleave } from '../../measuring/rounds.ts';
import { type Spread, spreadOf } from '../../measuring/spread.ts';
import type { Raw } from '../../redis/servers.ts';
import type { ComparedStore } from '../../stores/compared-stores.ts';
import { create, destroy, load, save } from '../../stores/requests.ts';
import { sessionOf } from '../../stores/session-data.ts';

export const WRITERS = 50;
const BYTES = 200;

/** The result of writers in one process that read the same session and then each save their own field at the same time. */
export interface ContentionResult {
  name: string;
  /** How many of the fields the session has afterward. */
  survived: Spread;
  commandsPerSave: Spread;
  /** What the server ran in the last round. */
  ran: Commands;
}

export async function measureContention(
  stores: readonly ComparedStore[],
  raw: Raw,
  rounds: number,
): Promise<ContentionResult[]> {
  const measured = await interleave(stores, rounds, ({ store }) => contend(store, raw));
  return Array.from(measured, ([{ name }, results]) => ({
    name,
    survived: spreadOf(results.map(({ survived }) => survived)),
    commandsPerSave: spreadOf(results.map(({ ran }) => sentOf(ran) / WRITERS)),
    ran: results.at(-1)?.ran ?? new Map(),
  }));
}

async function contend(store: Store, raw: Raw): Promise<{ ran: Commands; survived: number }> {
  const id = `bench-${randomUUID()}`;
  const fields = Array.from({ length: WRITERS }, (_, index) => `field${index}`);
  await create(store, id, sessionOf(BYTES));
  const sessions = await Promise.all(
    fields.map(async (field) => Object.assign(await load(store, id), { [field]: true })),
  );
  const ran = await commandsDuring(raw, () =>
    Promise.all(sessions.map((session) => save(store, session))),
  );
  const after = await load(store, id);
  await destroy(store, id);
  return { ran, survived: fields.filter((field) => field in after).length };
}
