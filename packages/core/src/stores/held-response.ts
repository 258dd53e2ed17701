import { ServerResponse } from 'node:http';
import type { Readable } from 'node:stream';
import { putGate } from './gate.ts';
import { replaceWithError } from './replace-with-error.ts';

/** What a {@link HeldResponse} waits for. */
export interface Holding {
  /** Is called once, when the response is held. Calls back without an error to release it, and with one to discard it. */
  start(done: (error?: unknown) => void): void;
  /** Is called after the response was discarded, to send another one. */
  fail(error: unknown): void;
}

/**
 * What `_header` of a response is while its head is held. With any text there, Node refuses to change a header, as after
 * sending the head. If code gets around the gates and sends it, the visitor reads an error.
 */
const HELD_HEAD =
  'HTTP/1.1 500 Internal Server Error\r\nConnection: close\r\nContent-Length: 0\r\n\r\n';

/**
 * Holds a response from the moment at which the application ends it, or from the first chunk of a stream that is piped to
 * it. Lets any other response pass, which begins with `write` or `flushHeaders`: the application could write more while
 * another response is sent in its place.
 */
export class HeldResponse {
  readonly #response: ServerResponse;
  readonly #holding: Holding;
  #state: 'undecided' | 'held' | 'open' = 'undecided';
  /** The status of the held head. Undefined if no head is held. */
  #status: Pick<ServerResponse, 'statusCode' | 'statusMessage'> | undefined;
  /** The held calls of the response's methods, in order. */
  #calls: (() => unknown)[] = [];
  #isEnded = false;
  /** The streams that are piped to the response. */
  readonly #sources = new Set<Readable>();

  constructor(response: ServerResponse, holding: Holding) {
    this.#response = response;
    this.#holding = holding;
    putGate(response, 'end', (proceed) => this.#end(proceed));
    putGate(response, 'write', (proceed) => this.#write(proceed));
    putGate(response, 'writeHead', (proceed, args) => this.#writeHead(proceed, args));
    putGate(response, 'flushHeaders', (proceed) => this.#flushHeaders(proceed));
    putGate(response, '_implicitHeader', (proceed) => this.#implicitHeader(proceed));
    response.on('pipe', (source: Readable) => this.#sources.add(source));
    response.on('unpipe', (source: Readable) => this.#sources.delete(source));
  }

  /** Discards the response, so that another one can be sent in its place. */
  fail(error: unknown): void {
    this.#state = 'open';
    this.#calls = [];
    this.#thaw();
    for (const source of this.#sources) {
      source.unpipe(this.#response);
      this.#response.once('close', () => {
        // If nothing else reads it, it would keep its file open.
        if (source.readableFlowing === false) source.destroy();
      });
    }
    if (!this.#response.headersSent) replaceWithError(this.#response, error);
    this.#holding.fail(error);
  }

  #end(proceed: () => unknown): unknown {
    if (!this.#canHold()) return this.#pass(proceed);
    // Express-session ignores a second end, too.
    if (!this.#isEnded) this.#calls.push(proceed);
    this.#isEnded = true;
    this.#hold();
    return this.#response;
  }

  #write(proceed: () => unknown): unknown {
    const isPiped = this.#sources.size > 0;
    if (!this.#canHold() || (this.#state === 'undecided' && !isPiped)) return this.#pass(proceed);
    let isAccepted: unknown = false;
    if (!this.#isEnded) {
      this.#calls.push(() => {
        isAccepted = proceed();
        if (isAccepted) this.#resume();
      });
    }
    this.#hold();
    return isAccepted;
  }

  /**
   * Lets those go on that stopped when a chunk was held: streams, and code that waits for `drain`. Compression passes that event only
   * to listeners that were added after the head was written.
   */
  #resume(): void {
    process.nextTick(() => {
      for (const source of this.#sources) source.resume();
      this.#response.emit('drain');
    });
  }

  /** Holds the head until the response continues, because what follows decides whether it is sent. */
  #writeHead(proceed: () => unknown, args: unknown[]): unknown {
    if (this.#state === 'open') return proceed();
    // Throws, because the head was written before.
    if (this.#response.headersSent) {
      return Reflect.apply(ServerResponse.prototype.writeHead, this.#response, args);
    }
    this.#response.statusCode = Number(args[0]);
    this.#freeze();
    this.#calls.push(proceed);
    return this.#response;
  }

  #flushHeaders(proceed: () => unknown): unknown {
    return this.#state === 'held' ? undefined : this.#pass(proceed);
  }

  /** Is called by Node and by middleware that begins to respond without having been called through a gate. */
  #implicitHeader(proceed: () => unknown): void {
    if (this.#state === 'held') return;
    this.#open();
    if (!this.#response.headersSent) proceed();
  }

  #canHold(): boolean {
    const isHeadOut = this.#response.headersSent && this.#status === undefined;
    return this.#state !== 'open' && !isHeadOut;
  }

  #hold(): void {
    if (this.#state === 'held') return;
    this.#state = 'held';
    this.#freeze();
    try {
      this.#holding.start((error) => (error === undefined ? this.#release() : this.fail(error)));
    } catch (error) {
      this.fail(error);
    }
  }

  #release(): void {
    try {
      this.#open();
    } catch (error) {
      this.fail(error);
    }
  }

  #pass(proceed: () => unknown): unknown {
    if (this.#state === 'undecided') this.#open();
    return proceed();
  }

  #open(): void {
    const calls = this.#calls;
    this.#state = 'open';
    this.#calls = [];
    this.#thaw();
    for (const call of calls) call();
  }

  #freeze(): void {
    const { statusCode, statusMessage } = this.#response;
    this.#status ??= { statusCode, statusMessage };
    Reflect.set(this.#response, '_header', HELD_HEAD);
  }

  #thaw(): void {
    if (this.#status === undefined) return;
    Reflect.set(this.#response, '_header', null);
    Object.assign(this.#response, this.#status);
    this.#status = undefined;
  }
}
