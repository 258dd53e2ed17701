import { randomUUID } from 'node:crypto';
import type { Store } from 'express-session';
import { type Commands, commandsDuring, sentOf } from '../commands.ts';
import { sessionOf } from '../payload.ts';
import type { Raw } from '../raw.ts';
import { create, destroy, load, save } from '../requests.ts';
import { interleave, type Spread, spreadOf } from '../rounds.ts';
import type { Subject } from '../subjects.ts';

export const WRITERS = 50;
const BYTES = 200;

/** What came of writers in one process that read the same session and each saved a field of their own, all at once. */
export interface ContentionResult {
  name: string;
  /** How many of the fields were there afterwards. */
  survived: Spread;
  commandsPerSave: Spread;
  /** What the server ran in the last round. */
  ran: Commands;
}

export async function measureContention(
  subjects: readonly Subject[],
  raw: Raw,
  rounds: number,
): Promise<ContentionResult[]> {
  const last = new Map<Subject, Commands>();
  const survived = new Map(subjects.map((subject): [Subject, number[]] => [subject, []]));
  const sent = await interleave(subjects, rounds, async (subject) => {
    const { ran, fields } = await contend(subject.store, raw);
    last.set(subject, ran);
    survived.get(subject)?.push(fields);
    return sentOf(ran) / WRITERS;
  });
  return subjects.map((subject) => ({
    name: subject.name,
    survived: spreadOf(survived.get(subject) ?? []),
    commandsPerSave: spreadOf(sent.get(subject) ?? []),
    ran: last.get(subject) ?? new Map(),
  }));
}

async function contend(store: Store, raw: Raw): Promise<{ ran: Commands; fields: number }> {
  const id = `bench-${randomUUID()}`;
  const names = Array.from({ length: WRITERS }, (_, index) => `field${index}`);
  await create(store, id, sessionOf(BYTES));
  const writers = await Promise.all(
    names.map(async (name) => Object.assign(await load(store, id), { [name]: true })),
  );
  const ran = await commandsDuring(raw, () =>
    Promise.all(writers.map((session) => save(store, session))),
  );
  const after = await load(store, id);
  await destroy(store, id);
  return { ran, fields: names.filter((name) => name in after).length };
}
