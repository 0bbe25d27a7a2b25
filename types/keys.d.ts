// Key sets, and the state of a pool's keys.

import type { Reason } from "./reasons";

/** One JSON Web Key (RFC 7517, section 4) for RSA signatures. */
export interface Jwk {
  /** The key's type: `RSA`, others are passed over. */
  kty: string;
  /** The id that tokens name the key by. */
  kid?: string | undefined;
  /** The modulus, 2048 to 8192 bits, in base64url. */
  n?: string | undefined;
  /** The public exponent, in base64url. */
  e?: string | undefined;
  /** `RS256`, or nothing. */
  alg?: string | undefined;
  /** `sig`, or nothing. */
  use?: string | undefined;
  [member: string]: unknown;
}

/** A JSON Web Key Set (RFC 7517, section 5). */
export interface Jwks {
  /** The keys, at most 64. */
  readonly keys: readonly Jwk[];
}

/**
 * What {@link Auth.keysStatus} returns: plain data, a fresh object at each call. Members without a value are `null`, so that JSON
 * always has all of them.
 *
 * Tokens can be verified at once if `keys` is above 0. A `lastFailure` beside it means that refreshing fails: the keys are used
 * until they are 24 hours old.
 */
export interface KeysStatus {
  /**
   * The URL that the keys are fetched from. `null` with option `keys`, and while a setting is missing.
   */
  address: string | null;
  /** Seconds since the keys were fetched, rounded down. `null` with option `keys`, and without keys that may be used. */
  age: number | null;
  /** How many keys tokens are verified with: 0 before the first fetch, and when the keys are 24 hours old. */
  keys: number;
  /** Why the latest fetch failed. `null` if it succeeded, and before the first one. */
  lastFailure: KeysFailure | null;
  /**
   * With option `pools`: the state of each pool's keys, in the order of the option. `keys` is then the fewest that a pool
   * has, `age` that of the oldest, `lastFailure` the first one, and `address` is `null`.
   */
  pools?: KeysStatus[];
}

/** Why the latest fetch of the keys failed: the error that calls without keys reject with, as plain data. */
export interface KeysFailure {
  /** `keys-unavailable`; `config` for a setting that is missing or cannot be used. */
  reason: Reason;
  /** The error's `message`, which has no address. */
  message: string;
  /** What to do about it. */
  hint: string | null;
  /** The message of the error's `cause`. It has the key set's address, so do not show it in public. */
  cause: string | null;
  /** Seconds since the fetch failed, rounded down. 0 for a setting that is missing. */
  age: number;
  /**
   * Seconds until the next fetch may start, rounded up. 0 means that the next verification that needs keys fetches them.
   */
  retryAfter: number;
}
