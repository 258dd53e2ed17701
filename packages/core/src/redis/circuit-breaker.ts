import { HoldfastError } from '../errors.ts';

/** Redis counts as away after this many failures in a row, without an answer between them for at least so long. */
const FAILURES = 5;
const RUN_MS = 250;

/** How long between two looks whether Redis is back. */
const PROBE_MS = 250;

/**
 * Notices that Redis is away, so that nobody waits for it in vain, and that it is back. While it is away, it is looked
 * for with a key that somebody wanted: on a cluster, some may be away and others there.
 */
export class CircuitBreaker {
  readonly #probe: (key: string) => Promise<unknown>;
  readonly #onChange: (isOpen: boolean) => void;
  #isOpen = false;
  #failures = 0;
  #failingSince = 0;
  readonly #prefix: string;
  #key: string;
  #cause: unknown;
  #looks = 0;
  #look: NodeJS.Timeout | undefined;

  /**
   * @param prefix what every key that is looked for begins with.
   * @param probe asks Redis for a key. What comes of it is told by {@link answered} and {@link failed}, as of any command.
   * @param onChange told when it opens, as Redis is away, and when it closes.
   */
  constructor(
    prefix: string,
    probe: (key: string) => Promise<unknown>,
    onChange: (isOpen: boolean) => void,
  ) {
    this.#prefix = prefix;
    this.#key = prefix;
    this.#probe = probe;
    this.#onChange = onChange;
  }

  /** Whether Redis is away, and is not to be asked. */
  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** What somebody is told who wants a key while Redis is away. */
  refusal(key: string = this.#key): HoldfastError {
    this.#key = key;
    return new HoldfastError(
      'ERR_HOLDFAST_UNAVAILABLE',
      'Redis was not asked, as nothing came back from it lately. It is looked for all the time, and asked again when it is back.',
      { cause: this.#cause },
    );
  }

  /** Redis has answered. */
  answered(): void {
    this.#failures = 0;
    if (!this.#isOpen) return;
    clearTimeout(this.#look);
    this.#change(false);
  }

  /** Redis could not be asked, or did not answer. */
  failed(cause: unknown): void {
    if (this.#failures === 0) this.#failingSince = Date.now();
    this.#failures++;
    this.#cause = cause;
    if (this.#isOpen || this.#failures < FAILURES) return;
    if (Date.now() - this.#failingSince < RUN_MS) return;
    this.#lookLater();
    this.#change(true);
  }

  #change(isOpen: boolean): void {
    this.#isOpen = isOpen;
    this.#onChange(isOpen);
  }

  #lookLater(): void {
    const look = setTimeout(async () => {
      await this.#probe(this.#nextKey()).catch(() => {});
      if (this.#isOpen && this.#look === look) this.#lookLater();
    }, PROBE_MS);
    this.#look = look.unref();
  }

  /**
   * In turn one that somebody wanted and another: where nobody asks meanwhile, the wanted one may be all that is away.
   */
  #nextKey(): string {
    this.#looks++;
    return this.#looks % 2 === 1 ? this.#key : `${this.#prefix}${this.#looks}`;
  }
}
