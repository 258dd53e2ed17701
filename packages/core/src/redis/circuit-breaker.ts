import { HoldfastError } from '../errors.ts';
import { clock, type StopTimer } from '../util/clock.ts';

/** Redis counts as unavailable after this many failures in a row, over at least this long. */
const MAX_FAILURES = 5;
const MIN_FAILING_MS = 250;

/** The pause between two probes of an unavailable Redis. */
const PROBE_INTERVAL_MS = 250;

/**
 * Finds out that a Redis server is unavailable, so that operations fail at once instead of each waiting, and that it is back.
 *
 * Our own code instead of a library, because neither opossum nor cockatiel probes by itself, which `onOutage: "skip"` needs:
 * no request reaches the store then. They also cost more CPU time for each call (`pnpm bench parts`): opossum more than 5
 * times as much, with our TimeLimit, too, and cockatiel more than 50 times as much, or twice as much with our TimeLimit.
 */
export class CircuitBreaker {
  readonly #probe: (wantedKey: string) => Promise<unknown>;
  readonly #onChange: () => void;
  #isOpen = false;
  #failures = 0;
  #failingSince = 0;
  #cause: unknown;
  /** The key that a caller asked for last. */
  #wantedKey: string;
  #stopProbe: StopTimer | undefined;

  /**
   * @param key a key of the server.
   * @param probe asks the server. Its outcome is reported through {@link succeeded} and {@link failed}, as every command's is.
   * @param onChange called when the breaker has opened or closed.
   */
  constructor(key: string, probe: (wantedKey: string) => Promise<unknown>, onChange: () => void) {
    this.#wantedKey = key;
    this.#probe = probe;
    this.#onChange = onChange;
  }

  /** Whether the server is unavailable and must not be asked. */
  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** Returns the error for an operation on a key while the server is unavailable. The next probe gets that key. */
  refuse(key: string = this.#wantedKey): HoldfastError {
    this.#wantedKey = key;
    return new HoldfastError(
      'ERR_HOLDFAST_UNAVAILABLE',
      'Redis is unavailable, so this command was not sent. Holdfast checks several times a second whether Redis is back.',
      { cause: this.#cause },
    );
  }

  /** Reports that the server has answered. */
  succeeded(): void {
    this.#failures = 0;
    if (!this.#isOpen) return;
    this.#stopProbe?.();
    this.#change(false);
  }

  /** Reports that the server could not be asked, or did not answer. */
  failed(cause: unknown): void {
    if (this.#failures === 0) this.#failingSince = clock.monotonic();
    this.#failures++;
    this.#cause = cause;
    if (this.#isOpen || this.#failures < MAX_FAILURES) return;
    if (clock.monotonic() - this.#failingSince < MIN_FAILING_MS) return;
    this.#probeLater();
    this.#change(true);
  }

  #change(isOpen: boolean): void {
    this.#isOpen = isOpen;
    this.#onChange();
  }

  #probeLater(): void {
    const stop = clock.after(PROBE_INTERVAL_MS, async () => {
      await this.#probe(this.#wantedKey).catch(() => {});
      if (this.#isOpen && this.#stopProbe === stop) this.#probeLater();
    });
    this.#stopProbe = stop;
  }
}
