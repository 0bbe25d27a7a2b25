// The events on `node:diagnostics_channel`.

import type { Reason } from "./reasons";

/**
 * A call to Cognito, as `diagnostics_channel.tracingChannel("cognito-auth-native:call")` publishes it. All channels of a call get
 * the same object; at `start` and `end` it has the operation only. It has no `result` and no `error`, which would show tokens and
 * user names. A call whose arguments are refused is not published.
 * @example
 * const onAsyncEnd = ({ operation, reason, duration = 0 }: CallEvent) =>
 *   console.log(`${operation}: ${reason ?? "ok"} after ${Math.round(duration)} ms`);
 */
export interface CallEvent {
  /** The name of the function: `login`, `signIn`, `users.get`, `account.update`, `call`. Iterators publish an event for each page. */
  readonly operation: string;
  /** How often the call's last request was sent. Missing if none was. */
  readonly attempts?: number;
  /** The HTTP status of the last answer. Missing if there was none. */
  readonly status?: number;
  /** The request id of the last answer. */
  readonly requestId?: string;
  /** Why the call failed. Missing if it succeeded. */
  readonly reason?: Reason;
  /** Milliseconds from the start of the call until it settled, on a monotonic clock. */
  readonly duration?: number;
}

/** A fetch of a key set that has ended, as the channel `cognito-auth-native:keys` publishes it. */
export interface KeysEvent {
  /** The URL of the key set. */
  readonly address: string;
  /** `fetched` if a key set was received, changed or not. After `failed` the keys stay in use until they are 24 hours old. */
  readonly outcome: "fetched" | "failed";
  /** Why the fetch failed: `keys-unavailable`, or `config` for a setting that cannot be used. */
  readonly reason?: Reason;
  /** The ids of keys that are new. */
  readonly added: readonly string[];
  /** The ids of keys that are not in the set any more. Tokens that were signed with them are refused from now on. */
  readonly removed: readonly string[];
  /** Seconds since the fetch before, rounded down. Missing if there were no keys that may be used. */
  readonly age?: number;
  /** Milliseconds that the fetch took, its further attempts included. */
  readonly duration: number;
}

/** A token, or a request without exactly one, that was refused, as the channel `cognito-auth-native:refused` publishes it. */
export interface RefusedEvent {
  /** The reason of the error. */
  readonly reason: Reason;
}

/**
 * The channels of `node:diagnostics_channel` that this package publishes on, with their messages. Nothing is measured or created
 * for a channel that has no subscriber.
 * @example
 * const counts = new Map<Reason, number>();
 * const onRefused = ({ reason }: ChannelEvents["cognito-auth-native:refused"]) =>
 *   counts.set(reason, (counts.get(reason) ?? 0) + 1);
 */
export interface ChannelEvents {
  /** A call begins. */
  "tracing:cognito-auth-native:call:start": CallEvent;
  /** The function has returned its promise. */
  "tracing:cognito-auth-native:call:end": CallEvent;
  /** The call has failed. `asyncStart` and `asyncEnd` follow. */
  "tracing:cognito-auth-native:call:error": CallEvent;
  /** The call has settled. */
  "tracing:cognito-auth-native:call:asyncStart": CallEvent;
  /** The call has settled: the last event of each call. */
  "tracing:cognito-auth-native:call:asyncEnd": CallEvent;
  /** A fetch of a key set has ended. */
  "cognito-auth-native:keys": KeysEvent;
  /** A token was refused, or a request without exactly one. */
  "cognito-auth-native:refused": RefusedEvent;
}
