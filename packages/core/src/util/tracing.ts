import { type TracingChannel, tracingChannel } from 'node:diagnostics_channel';
import { hashOfId, isHandle } from './handle.ts';
import { property } from './values.ts';

/**
 * What is traced, each on a tracing channel of its own: `holdfast:get` and so on, by the names of the store's methods.
 * Not those that answer sessions one by one, or all of them so: how long these take is for their reader to say.
 */
export const TRACED = [
  'get',
  'set',
  'touch',
  'update',
  'destroy',
  'destroyByHandle',
  'listByUser',
  'countByUser',
  'destroyByUser',
  'clear',
  'length',
  'ids',
] as const;

export type TracedOperation = (typeof TRACED)[number];

/**
 * - get: `hit`, or `miss` where there is no such session.
 * - set, touch, update: `stored`; `merged` with what another request stored meanwhile; `dropped`, as the session was
 *   ended by another; `ended` by this one, as its cookie or its longest life has run out.
 * - touch: `skipped`, as the expiry would hardly move, or the options say so.
 */
export type Outcome = 'hit' | 'miss' | 'stored' | 'merged' | 'dropped' | 'ended' | 'skipped';

/** What subscribers are told of an operation. Never a session's content, nor an id that would let its reader in. */
export interface Trace {
  readonly operation: TracedOperation;
  /** SHA-256 of the session id, in hexadecimal digits; absent where the operation is not about one session. */
  readonly handle?: string | undefined;
  /** What became of it; absent before its end, after an error, and where nothing more is to be said. */
  outcome?: Outcome | undefined;
  /** How long it took, in milliseconds; absent before its end. */
  durationMs?: number | undefined;
  /** The `code` of the error that it ended with, or the error's name. */
  errorCode?: string | undefined;
}

type Channel = TracingChannel<Trace, Trace>;

const CHANNELS = Object.fromEntries(
  TRACED.map((operation) => [operation, tracingChannel(`holdfast:${operation}`)]),
) as Record<TracedOperation, Channel>;

/**
 * Stands for every operation that nobody watches, all at once. So what one notes on it, another may overwrite, and
 * nothing but the note itself may depend on what it says.
 */
const UNWATCHED: Trace = { operation: 'get' };

/**
 * Does the work of an operation and tells those who subscribed to its channel, by the protocol of Node's
 * `TracingChannel` for promises. Costs next to nothing while nobody has.
 * @param id the id of the session that it is about; of destroyByHandle, the handle.
 * @param work notes the outcome on the trace that it is given.
 */
export function traced<Answer>(
  operation: TracedOperation,
  id: unknown,
  work: (trace: Trace) => Promise<Answer>,
): Promise<Answer> {
  const channel = CHANNELS[operation];
  if (!channel.hasSubscribers) return work(UNWATCHED);
  return watched(channel, { operation, handle: idHashOf(operation, id) }, work);
}

function idHashOf(operation: TracedOperation, id: unknown): string | undefined {
  if (operation === 'destroyByHandle') return isHandle(id) ? id : undefined;
  return typeof id === 'string' ? hashOfId(id) : undefined;
}

function watched<Answer>(
  channel: Channel,
  trace: Trace,
  work: (trace: Trace) => Promise<Answer>,
): Promise<Answer> {
  const start = performance.now();
  // So that what a subscriber bound to the channel, such as a span, is there for all that the work does.
  return channel.start.runStores(trace, () => {
    const answer = work(trace).then(
      (value) => {
        end(channel, trace, start);
        return value;
      },
      (error) => {
        trace.outcome = undefined;
        trace.errorCode = codeOf(error);
        end(channel, trace, start);
        throw error;
      },
    );
    channel.end.publish(trace);
    return answer;
  });
}

function end(channel: Channel, trace: Trace, start: number): void {
  trace.durationMs = performance.now() - start;
  if (trace.errorCode !== undefined) channel.error.publish(trace);
  channel.asyncStart.publish(trace);
  channel.asyncEnd.publish(trace);
}

function codeOf(error: unknown): string {
  return String(property(error, 'code') ?? property(error, 'name') ?? 'unknown');
}
