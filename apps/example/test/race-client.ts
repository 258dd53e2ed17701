import { expect } from '@jest/globals';
import type { ContenderName, RaceEvent } from '../src/race/events.ts';

/** Every field of a race. */
export const ALL_FIELDS: number[] = Array.from({ length: 50 }, (_, field) => field);

/** Runs a race, and returns its events. */
export async function runRace(url: string): Promise<RaceEvent[]> {
  const response = await fetch(`${url}/race`, { method: 'POST' });
  expect(response.headers.get('content-type')).toContain('application/x-ndjson');
  const lines = (await response.text()).trimEnd().split('\n');
  return lines.map((line) => JSON.parse(line));
}

/** Returns the fields in the events of one type, in ascending order. */
export function fieldsOf(
  events: RaceEvent[],
  contender: ContenderName,
  type: 'answered' | 'survived',
): number[] {
  return events
    .flatMap((event) => (event.type === type && event.contender === contender ? [event.field] : []))
    .sort((a, b) => a - b);
}

/** Returns the event with which the race of a contender ended. */
export function endOf(events: RaceEvent[], contender: ContenderName): RaceEnd {
  const end = events.find((event) => event.type === 'end' && event.contender === contender);
  if (end?.type !== 'end') throw new Error(`The race of ${contender} did not end well.`);
  return end;
}

type RaceEnd = Extract<RaceEvent, { type: 'end' }>;
