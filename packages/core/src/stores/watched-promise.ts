/**
 * A promise whose rejection does not end the process: many applications call the methods of a store without a callback and do
 * not wait for the promise. If the caller waits for it, it rejects as any other.
 */
export class WatchedPromise<Result> extends Promise<Result> {
  #isHandled = false;

  /** What `then` returns is an ordinary promise, for which the caller is responsible. */
  static override get [Symbol.species](): PromiseConstructor {
    return Promise;
  }

  /** @param onUnhandled called with the error if the caller has not called `then`, `catch`, or `finally`, nor used `await`. */
  constructor(run: () => Promise<Result>, onUnhandled: (error: unknown) => void) {
    super((resolve, reject) => {
      run().then(resolve, reject);
    });
    super.then(undefined, (error) => {
      // Later than every handler that is added in the same turn of the event loop.
      setImmediate(() => {
        if (!this.#isHandled) onUnhandled(error);
      });
    });
  }

  // biome-ignore lint/suspicious/noThenProperty: `await`, `catch`, and `finally` call it as well.
  override then<Fulfilled = Result, Rejected = never>(
    onFulfilled?: ((value: Result) => Fulfilled | PromiseLike<Fulfilled>) | null,
    onRejected?: ((reason: unknown) => Rejected | PromiseLike<Rejected>) | null,
  ): Promise<Fulfilled | Rejected> {
    this.#isHandled = true;
    return super.then(onFulfilled, onRejected);
  }
}
