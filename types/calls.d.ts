// The last argument of every function.

/**
 * An `AbortSignal`, or an object that works as one. These types need neither `lib: ["dom"]` nor `@types/node`.
 */
export interface AbortSignalLike {
  /** Whether it has been aborted. */
  readonly aborted: boolean;
  /** Why: becomes the `cause` of the error. */
  readonly reason?: unknown;
  /** Called when a call begins. */
  addEventListener(type: "abort", listener: () => void, options?: { once?: boolean }): void;
  /** Called when the call has settled. */
  removeEventListener(type: "abort", listener: () => void): void;
}

/** What every function takes as its last argument: a plain object. */
export interface CallOptions {
  /**
   * Ends the call: it rejects with reason `aborted`, and `cause` is the signal's reason. What Cognito has already been
   * asked may still take effect.
   * @example
   * await login(username, password, { signal: AbortSignal.timeout(2_000) });
   */
  signal?: AbortSignalLike | undefined;
}
