"use strict";

// What a pool remembers at most. The oldest goes first, so that a pool that runs for days holds no more memory than one that runs for hours.

const MIB = 1 << 20;

const BOUNDS = {
  requests: 10_000,
  /** The size of their bodies in all. */
  requestBytes: 16 * MIB,
  outbox: 10_000,
  sessions: 1_000,
  /** Challenges of SRP without a session. */
  proofs: 1_000,
  passkeyChallenges: 1_000,
  codes: 10_000,
  signIns: 10_000,
  refreshTokens: 10_000,
  devicesOfAUser: 100,
  /** Users that requests may make; a test may add more. */
  users: 10_000,
  // The next ones are Cognito's: https://docs.aws.amazon.com/cognito/latest/developerguide/quotas.html
  groups: 10_000,
  customAttributes: 50,
};

/** A Map of the newest entries. */
class BoundedMap extends Map {
  #most;

  constructor(most) {
    super();
    this.#most = most;
  }

  set(key, value) {
    this.delete(key);
    super.set(key, value);
    if (this.size > this.#most) this.delete(this.keys().next().value);
    return this;
  }
}

/** A list of the newest entries, which a test may change: `push(entry, size)` adds one. `most` is their number, `mostSize` their size in all. */
function createLog(most, mostSize = Number.POSITIVE_INFINITY) {
  const list = [];
  const sizes = new WeakMap();
  const sizeOf = (entry) => sizes.get(entry) ?? 0;
  /** At least the size of all: a test may have removed some. */
  let total = 0;
  function push(entry, size = 0) {
    sizes.set(entry, size);
    list.push(entry);
    total += size;
    if (total > mostSize) total = list.reduce((sum, one) => sum + sizeOf(one), 0);
    while (list.length > most || total > mostSize) total -= sizeOf(list.shift());
  }
  return { list, push };
}

module.exports = { BOUNDS, BoundedMap, createLog };
