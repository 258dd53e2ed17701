import { setTimeout as pause } from 'node:timers/promises';
import type { RedisStore } from '@holdfast/core';
import type { SessionData } from 'express-session';
import { sessionOf } from '../sessions.ts';
import type { Random } from './random.ts';

/** How many markers of a visitor a session holds. A new one takes the place of the oldest. */
const SLOTS = 16;

type Callback = (error: unknown, result?: unknown) => void;

/** What all visitors found. */
export class Findings {
  /** How many operations have begun and not ended. */
  pending = 0;
  acknowledged = 0;
  /** How many operations failed, by the code or name of their errors. */
  readonly errors: Map<string, number> = new Map();
  /** Acknowledged writes that a later read did not find. */
  readonly lost: string[] = [];
  /** Callbacks that were called more than once. */
  readonly repeated: string[] = [];
  /** Every session object that an operation returned. */
  readonly sessions: WeakRef<SessionData>[] = [];
}

/** Visits again and again. Each time it leaves a marker in a session, and checks that the earlier ones are still there. */
export class Visitor {
  readonly #name: string;
  readonly #store: RedisStore;
  readonly #shared: string;
  readonly #random: Random;
  readonly #findings: Findings;
  /** The last acknowledged marker in each slot, by the session. */
  readonly #acknowledged = new Map<string, Map<string, number>>();
  /** Sessions whose end was acknowledged. */
  readonly #ended: string[] = [];
  #own: string | undefined;
  #count = 0;

  /** @param shared the session that it shares with others. */
  constructor(name: string, store: RedisStore, shared: string, random: Random, findings: Findings) {
    this.#name = name;
    this.#store = store;
    this.#shared = shared;
    this.#random = random;
    this.#findings = findings;
  }

  /** Goes on until the signal, even if operations fail. */
  async visit(end: AbortSignal): Promise<void> {
    while (!end.aborted) {
      await this.#request().catch(() => {});
      await pause(this.#random.whole(10, 50));
    }
  }

  /** Checks everything that was acknowledged once more: what must be there, and what must be gone. */
  async look(): Promise<void> {
    for (const id of this.#acknowledged.keys()) await this.#read(id);
    for (const id of this.#ended) {
      if ((await this.#read(id)) !== null) this.#findings.lost.push(`the end of ${id}`);
    }
  }

  async #request(): Promise<void> {
    const id = this.#random.whole(0, 3) === 0 ? this.#shared : (this.#own ?? (await this.#begin()));
    const step = this.#random.whole(0, 50);
    if (step === 0 && id !== this.#shared) return this.#end(id);
    if (step < 10) return this.#update(id);
    const session = await this.#read(id);
    if (session === null) return;
    if (step < 20) {
      await this.#ask('touch', (done) => this.#store.touch(id, session, done));
      return;
    }
    const marker = this.#mark(session);
    await this.#ask('set', (done) => this.#store.set(id, session, done));
    this.#note(id, marker);
  }

  /** Begins a session. If that fails, the visitor has no cookie, and tries with another id. */
  async #begin(): Promise<string> {
    const id = `${this.#name}-${++this.#count}`;
    const session = sessionOf();
    const marker = this.#mark(session);
    await this.#ask('set', (done) => this.#store.set(id, session, done));
    this.#note(id, marker);
    this.#own = id;
    return id;
  }

  async #end(id: string): Promise<void> {
    this.#own = undefined;
    this.#acknowledged.delete(id);
    await this.#ask('destroy', (done) => this.#store.destroy(id, done));
    this.#ended.push(id);
  }

  async #update(id: string): Promise<void> {
    const marker = this.#nextMarker();
    const change = (session: SessionData) => Object.assign(session, marker);
    await this.#ask('update', (done) => {
      this.#store.update(id, change).then((stored) => done(null, stored), done);
    });
    this.#note(id, marker);
  }

  async #read(id: string): Promise<SessionData | null> {
    const session = (await this.#ask('get', (done) =>
      this.#store.get(id, done),
    )) as SessionData | null;
    for (const [slot, count] of this.#acknowledged.get(id) ?? []) {
      const found = Reflect.get(session ?? {}, slot) ?? 0;
      if (found < count) this.#findings.lost.push(`${slot} of ${id}: ${count}, not ${found}`);
    }
    if (session !== null) this.#findings.sessions.push(new WeakRef(session));
    return session;
  }

  #nextMarker(): Record<string, number> {
    this.#count++;
    return { [`${this.#name}/${this.#count % SLOTS}`]: this.#count };
  }

  #mark(session: SessionData): Record<string, number> {
    const marker = this.#nextMarker();
    Object.assign(session, marker);
    return marker;
  }

  #note(id: string, marker: Record<string, number>): void {
    const known = this.#acknowledged.get(id) ?? new Map();
    for (const [slot, count] of Object.entries(marker)) known.set(slot, count);
    this.#acknowledged.set(id, known);
    this.#findings.acknowledged++;
  }

  /** Waits for an operation and records how it ended. */
  #ask(what: string, work: (done: Callback) => unknown): Promise<unknown> {
    this.#findings.pending++;
    let calls = 0;
    return new Promise((resolve, reject) => {
      work((error, result) => {
        if (++calls > 1) this.#findings.repeated.push(what);
        else this.#findings.pending--;
        if (!error) return resolve(result);
        this.#noteError(error);
        reject(error);
      });
    });
  }

  #noteError(error: unknown): void {
    const { errors } = this.#findings;
    const { code, name } = Object(error);
    errors.set(code ?? name, (errors.get(code ?? name) ?? 0) + 1);
  }
}
