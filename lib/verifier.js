"use strict";

// Verifying tokens of one Auth under one policy: from the tokens that were verified before, else natively and at once,
// else after fetching the keys.

const native = require("./native");
const { throwIfAborted, unlessAborted } = require("./aborting");
const { tokenFailure } = require("./arguments");
const { errorAt, errorFrom, placeOf, throwIf } = require("./errors");
const { settle } = require("./outcomes");
const { VerifiedTokens } = require("./verified-tokens");

/** Tokens that one turn of the event loop verifies: less than a millisecond of work for two cores. */
const BATCH = 64;

/** Should the clock stand still, the generation of the keys is asked for again after so many tokens. */
const ASK_AGAIN = 64;

/** For microtasks: queueMicrotask costs several times as much, for it keeps track of asynchronous contexts. */
const settled = Promise.resolve();

const KEYS_NOT_LOADED = {
  reason: "keys-unavailable",
  status: 503,
  name: "KeysUnavailableError",
  message: "The user pool's keys are not there yet",
  retryable: true,
  hint: "await ready() before the first verifySync(), or use verify()",
};

class Verifier {
  #handle;
  #verified;
  #isBusy = false;
  #keys = 0;
  #askedAt = 0;
  #served = 0;
  #waiting = [];

  /** @param {number} clockTolerance In seconds, as the handle has it. */
  constructor(handle, clockTolerance = 0) {
    this.#handle = handle;
    this.#verified = new VerifiedTokens(clockTolerance);
  }

  /**
   * The claims, or a promise of them. The first token of a turn of the event loop is verified at once; those that follow
   * it before anything is awaited are gathered, and share a crossing and a second core.
   *
   * @param {Function} caller The public function that was called: error stacks begin below it.
   * @param {AbortSignal} [signal] Ends waiting for the keys.
   */
  verify(token, caller, signal) {
    throwIf(tokenFailure(token), caller);
    if (signal !== undefined) throwIfAborted(signal, caller);
    const now = Date.now();
    const keys = this.#keyGeneration(now);
    const known = this.#verified.claimsOf(token, now, keys);
    if (known !== undefined) return known;
    if (this.#isBusy) return this.#verifyWithOthers(token, keys, signal);
    this.#isBusy = true;
    settled.then(this.#endTurn);
    const result = native.verify(this.#handle, token, now, false);
    if (typeof result === "string") return this.#remember(token, result, keys);
    if (result === null) return this.#verifyAfterFetch(token, signal, placeOf(caller));
    throw errorFrom(JSON.parse(result.failure), caller);
  }

  /** The claims, with the keys that are there. */
  verifySync(token, caller) {
    throwIf(tokenFailure(token), caller);
    const now = Date.now();
    const keys = this.#keyGeneration(now);
    const known = this.#verified.claimsOf(token, now, keys);
    if (known !== undefined) return known;
    const result = native.verify(this.#handle, token, now, false);
    if (typeof result === "string") return this.#remember(token, result, keys);
    if (result !== null) throw errorFrom(JSON.parse(result.failure), caller);
    // So that a later call finds them; how that ends is the later call's business.
    native.loadKeys(this.#handle, token);
    throw errorFrom(KEYS_NOT_LOADED, caller);
  }

  /** Fetches the keys unless they are there. */
  async ready(caller, signal) {
    throwIfAborted(signal, caller);
    await this.#loadKeys(undefined, signal, placeOf(caller));
  }

  /** For a token, or for any. */
  #loadKeys(token, signal, place) {
    return unlessAborted(signal, place, (abort) =>
      settle(native.loadKeys(this.#handle, token, abort), place),
    );
  }

  /**
   * Asking is a third of the cost of finding a token that was verified before. Once a millisecond is enough: for as long
   * at most, a key is served that a refresh of another Auth has just taken away.
   */
  #keyGeneration(now) {
    this.#served += 1;
    if (now === this.#askedAt && this.#served < ASK_AGAIN) return this.#keys;
    return this.#askKeyGeneration(now);
  }

  #askKeyGeneration(now) {
    this.#askedAt = now;
    this.#served = 0;
    this.#keys = native.keyGeneration(this.#handle);
    return this.#keys;
  }

  /** `keys` is the generation from before the verification: a key may have gone since. */
  #remember(token, payload, keys) {
    const claims = JSON.parse(payload);
    this.#verified.add(token, payload, claims, keys);
    return claims;
  }

  async #verifyAfterFetch(token, signal, place) {
    await this.#loadKeys(token, signal, place);
    const now = Date.now();
    const keys = this.#askKeyGeneration(now);
    const result = native.verify(this.#handle, token, now, true);
    if (typeof result === "string") return this.#remember(token, result, keys);
    throw errorAt(JSON.parse(result.failure), place);
  }

  /** V8 knows the stack of whoever awaits this, and only as long as the error is made here, in an async function. */
  async #verifyWithOthers(token, keys, signal) {
    const result = await new Promise((resolve) => {
      this.#waiting.push({ token, resolve });
      if (this.#waiting.length === 1) settled.then(this.#verifyWaiting);
    });
    if (typeof result === "string") return this.#remember(token, result, keys);
    if (result === null) return this.#verifyAfterFetch(token, signal);
    throw errorAt(JSON.parse(result.failure));
  }

  #endTurn = () => {
    this.#isBusy = this.#waiting.length > 0;
  };

  #verifyWaiting = () => {
    const waiting = this.#waiting.splice(0, BATCH);
    const tokens = waiting.map(({ token }) => token);
    const results = native.verifyMany(this.#handle, tokens, Date.now());
    waiting.forEach(({ resolve }, index) => {
      resolve(results.failure === undefined ? results[index] : results);
    });
    this.#endTurn();
    // Others get their turn before the next batch.
    if (this.#isBusy) setImmediate(this.#verifyWaiting);
  };
}

module.exports = { Verifier };
