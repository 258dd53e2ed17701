import { type TracingChannel, tracingChannel } from 'node:diagnostics_channel';
import { clock } from './clock.ts';
import { handleOf, isHandle } from './handle.ts';
import { getProperty } from './values.ts';

/**
 * The operations that are traced, each on a tracing channel of its own: `holdfast:get` and so on, by the names of the
 * methods of `RedisStore`. `all` and `sessions` are not: their duration depends on the code that reads their results.
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
 * The outcome of a write.
 *
 * - `stored`: as the request left it.
 * - `merged`: together with what another request had stored since this one read it.
 * - `replaced`: merged, but both requests had changed the same value, and this one's has replaced the other's.
 * - `dropped`: not stored, because another request had ended the session.
 * - `ended`: ended by this request, whose cookie or `maxLifetime` has run out.
 * - `skipped`: a touch that would hardly move the expiry, or that the options turn off.
 */
export type WriteOutcome = 'stored' | 'merged' | 'replaced' | 'dropped' | 'ended' | 'skipped';

/** The outcome of an operation: of get, `hit` or `miss`; of set, touch and update, a {@link WriteOutcome}. */
export type Outcome = 'hit' | 'miss' | WriteOutcome;

/** What subscribers learn about an operation. Never a session's content, and never its id. */
export interface Trace {
  readonly operation: TracedOperation;
  /** The session's handle: the SHA-256 of its id, in hexadecimal digits. Absent if the operation is not about one session. */
  readonly handle?: string | undefined;
  /** What the operation did. Absent before its end, after an error, and for operations without an {@link Outcome}. */
  outcome?: Outcome | undefined;
  /** How long the operation took, in milliseconds. Absent before its end. */
  durationMs?: number | undefined;
  /** The `code` of the error that the operation failed with, or the error's name. */
  errorCode?: string | undefined;
}

type Channel = TracingChannel<Trace, Trace>;

const CHANNELS = Object.fromEntries(
  TRACED.map((operation) => [operation, tracingChannel(`holdfast:${operation}`)]),
) as Record<TracedOperation, Channel>;

/**
 * The trace of every operation without subscribers, so that those cost no object. They all write to it at the same time:
 * read nothing from it.
 */
const UNWATCHED: Trace = { operation: 'get' };

/**
 * Runs an operation and publishes it to the subscribers of its channel, by the protocol of Node's `TracingChannel` for
 * promises. Without subscribers it only runs the operation. `TracingChannel.tracePromise` would publish the operation's
 * result, which is a session's content. It also makes an operation that does nothing take 1.2 times as long without
 * subscribers (`pnpm bench parts`).
 * @param subject the session id; for destroyByHandle, the handle; undefined for operations that are not about one session.
 * @param run runs the operation, and sets the outcome of the trace that it is given.
 */
export function traced<Result>(
  operation: TracedOperation,
  subject: unknown,
  run: (trace: Trace) => Promise<Result>,
): Promise<Result> {
  const channel = CHANNELS[operation];
  if (!channel.hasSubscribers) return run(UNWATCHED);
  return watched(channel, { operation, handle: handleOfSubject(operation, subject) }, run);
}

function handleOfSubject(operation: TracedOperation, subject: unknown): string | undefined {
  if (operation === 'destroyByHandle') return isHandle(subject) ? subject : undefined;
  return typeof subject === 'string' ? handleOf(subject) : undefined;
}

function watched<Result>(
  channel: Channel,
  trace: Trace,
  run: (trace: Trace) => Promise<Result>,
): Promise<Result> {
  const start = clock.monotonic();
  // Makes what a subscriber binds to the channel, such as a span, the context of everything that the operation does.
  return channel.start.runStores(trace, () => {
    const result = run(trace).then(
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
    return result;
  });
}

function end(channel: Channel, trace: Trace, start: number): void {
  trace.durationMs = clock.monotonic() - start;
  if (trace.errorCode !== undefined) channel.error.publish(trace);
  channel.asyncStart.publish(trace);
  channel.asyncEnd.publish(trace);
}

function codeOf(error: unknown): string {
  return String(getProperty(error, 'code') ?? getProperty(error, 'name') ?? 'unknown');
}
