"use strict";

// Verifying tokens of one Auth under one policy: from the tokens that were verified before, else natively and at once,
// else after fetching the keys.

/** @import { AbortSignalLike, Claims, Failure, KeysStatus, Later as Given, NativeFailure, Refusal as Refused, Resolve, Verdict, VerifierHandle } from "../internal" */

const native = require("../host/native");
const { throwIfAborted, unlessAborted } = require("../aborting");
const { Batches, Pace } = require("./batches");
const { announceFetches, refusal } = require("../events");
const { NO_TIME, timeNow } = require("../host/clock");
const { INTERNAL, Refusal, failure } = require("../errors/failure");
const { Later } = require("../exposed");
const { read } = require("../host/json");
const { attempt, failed, failureOf, settle, thrown } = require("../outcomes");
const { own } = require("../shape");
const { NativePromise, Turns, afterwards } = require("../host/turns");
const { tokenFailure } = require("./token-argument");
const { VerifiedTokens, tailOf } = require("./verified-tokens");

const { isArray } = Array;
const { hasOwn } = Object;

/** Should the clock stand still, the generation of the keys is asked for again after so many tokens. */
const ASK_AGAIN = 64;

const KEYS_NOT_LOADED = failure("keys-unavailable", "The user pool's keys are not there yet", {
  retryable: true,
  hint: "await ready() before the first verifySync(), or use verify()",
});

const WITHOUT_TIME = failed(NO_TIME);

class Verifier {
  /** @type {VerifierHandle} */
  #handle;
  #verified;
  #isGathering = false;
  #keys = 0;
  #askedAt = 0;
  #served = 0;
  #waiting = new Batches();
  #pace = new Pace();

  /**
   * @param {VerifierHandle} handle
   * @param {number} [clockTolerance] In seconds, as the handle has it.
   */
  constructor(handle, clockTolerance = 0) {
    this.#handle = handle;
    this.#verified = new VerifiedTokens(clockTolerance);
  }

  /**
   * The claims, a Refusal, or what gives the claims later. The first token of a turn of the event loop is verified at once; those that follow
   * it before anything is awaited are gathered, and share a crossing and a second core.
   *
   * @param {string} token
   * @param {AbortSignalLike} [signal] Ends waiting for the keys.
   * @returns {Claims | Given<Claims> | Refused}
   */
  verify(token, signal) {
    const problem = tokenFailure(token);
    if (problem !== undefined) return refused(problem);
    if (signal !== undefined) throwIfAborted(signal);
    const now = timeNow();
    const keys = this.#keyGeneration(now);
    const tail = tailOf(token);
    const known = this.#verified.claimsOf(token, now, keys, tail);
    if (known !== undefined) return known;
    if (this.#isGathering) return this.#verifyWithOthers(token, keys, tail, signal);
    this.#isGathering = true;
    afterwards(this.#endGathering);
    const result = this.#verifyNow(token, now, false);
    if (typeof result === "string") return this.#remember(token, result, keys, tail);
    if (result === null) return new Later(this.#verifyAfterFetch(token, signal));
    return refused(failureOf(result));
  }

  /**
   * The claims or a Refusal, with the keys that are there.
   *
   * @param {string} token
   * @returns {Claims | Refused}
   */
  verifySync(token) {
    const problem = tokenFailure(token);
    if (problem !== undefined) return refused(problem);
    const now = timeNow();
    const keys = this.#keyGeneration(now);
    const tail = tailOf(token);
    const known = this.#verified.claimsOf(token, now, keys, tail);
    if (known !== undefined) return known;
    const result = this.#verifyNow(token, now, false);
    if (typeof result === "string") return this.#remember(token, result, keys, tail);
    if (result !== null) return refused(failureOf(result));
    this.#prefetchKeys(token);
    return refused(KEYS_NOT_LOADED);
  }

  /**
   * So that a later call finds them, which reports how it ends.
   *
   * @param {string} token
   */
  async #prefetchKeys(token) {
    try {
      await native.loadKeys(this.#handle, token);
    } catch {
      // Native functions do not reject, and this one's result is not waited for.
    }
    announceFetches();
  }

  /**
   * Fetches the keys unless they are there.
   *
   * @param {AbortSignalLike} [signal]
   * @returns {Given<void>}
   */
  ready(signal) {
    throwIfAborted(signal);
    return new Later(this.#loadKeys(undefined, signal));
  }

  /**
   * What is known of the keys; undefined should the native side fail.
   *
   * @returns {KeysStatus | undefined}
   */
  keysStatus() {
    return read(attempt(() => native.keysStatus(this.#handle)));
  }

  /**
   * For a token, or for any.
   *
   * @param {string | undefined} token
   * @param {AbortSignalLike | undefined} signal
   */
  async #loadKeys(token, signal) {
    try {
      await unlessAborted(signal, (abort) =>
        settle(() => native.loadKeys(this.#handle, token, abort)),
      );
    } finally {
      announceFetches();
    }
  }

  /**
   * Asking is a third of the cost of finding a token that was verified before. Once a millisecond is enough: for as long
   * at most, a key is served that a refresh of another Auth has just taken away.
   *
   * @param {number} now
   */
  #keyGeneration(now) {
    this.#served += 1;
    if (now === this.#askedAt && this.#served < ASK_AGAIN) return this.#keys;
    return this.#askKeyGeneration(now);
  }

  /**
   * @param {number} now
   * @returns {number}
   */
  #askKeyGeneration(now) {
    this.#askedAt = now;
    this.#served = 0;
    const keys = attempt(() => native.keyGeneration(this.#handle));
    this.#keys = typeof keys === "number" ? keys : 0;
    announceFetches();
    return this.#keys;
  }

  /**
   * `keys` is the generation from before the verification: a key may have gone since.
   *
   * @param {string} token
   * @param {string} payload
   * @param {number} keys
   * @param {string} [tail]
   * @returns {Claims}
   */
  #remember(token, payload, keys, tail) {
    const claims = read(payload);
    if (claims === undefined) throw refused(INTERNAL);
    this.#verified.add(token, payload, claims, keys, tail);
    return claims;
  }

  /**
   * @param {string} token
   * @param {AbortSignalLike | undefined} signal
   * @returns {Promise<Claims>}
   */
  async #verifyAfterFetch(token, signal) {
    try {
      await this.#loadKeys(token, signal);
    } catch (thrown) {
      const problem = thrown instanceof Refusal ? thrown.failure : INTERNAL;
      // A call that is given up says nothing about its token.
      if (problem.reason !== "aborted") refusal(problem);
      throw thrown;
    }
    // A thousand tokens may have waited for the same keys.
    await this.#pace.admit(token);
    const now = timeNow();
    const keys = this.#askKeyGeneration(now);
    const result = this.#verifyNow(token, now, true);
    if (typeof result === "string") return this.#remember(token, result, keys);
    throw refused(failureOf(result));
  }

  /**
   * The payload, null if keys must be loaded first, or a failure.
   *
   * @param {string} token
   * @param {number} now
   * @param {boolean} hasFetched
   * @returns {Verdict}
   */
  #verifyNow(token, now, hasFetched) {
    if (Number.isNaN(now)) return WITHOUT_TIME;
    // Not `attempt`: a function for each token costs some percent of its verification.
    try {
      return native.verify(this.#handle, token, now, hasFetched);
    } catch (error) {
      return thrown(error);
    }
  }

  /**
   * @param {string} token
   * @param {number} keys
   * @param {string} tail
   * @param {AbortSignalLike} [signal]
   * @returns {Given<Claims>}
   */
  #verifyWithOthers(token, keys, tail, signal) {
    const waiting = new NativePromise((resolve) => {
      if (this.#waiting.isEmpty) this.#verifyWaiting();
      this.#waiting.add(token, resolve);
    });
    return new Later(waiting, (result) => {
      if (typeof result === "string") return this.#remember(token, result, keys, tail);
      if (result === null) return new Later(this.#verifyAfterFetch(token, signal));
      return refused(failureOf(result));
    });
  }

  /** Unless others have come, who are verified first. */
  #endGathering = () => {
    if (this.#waiting.isEmpty) this.#isGathering = false;
  };

  /**
   * Verifies those that wait, once the code that runs now has ended. It starts with the first of them, always ends, and
   * settles all of them.
   */
  async #verifyWaiting() {
    await undefined;
    let turns;
    while (!this.#waiting.isEmpty) {
      this.#verifyBatch(this.#waiting.take());
      if (this.#waiting.isEmpty) break;
      turns ??= new Turns();
      // Others get their turn before the next batch.
      await turns.next();
    }
    turns?.end();
    // Nothing is awaited between the last look at those that wait and this: none can be missed.
    this.#isGathering = false;
  }

  /**
   * Calls nothing that others may have replaced, but within `attempt`: it must not throw.
   *
   * @param {{ tokens: string[], resolves: Resolve[] }} batch
   */
  #verifyBatch({ tokens, resolves }) {
    const results = attempt(() => {
      const now = timeNow();
      return Number.isNaN(now) ? WITHOUT_TIME : native.verifyMany(this.#handle, tokens, now);
    });
    for (let index = 0; index < resolves.length; index++) {
      const isThere = isArray(results) && hasOwn(results, index);
      const resolve = resolves[index];
      resolve(withoutThen(isThere ? results[index] : results));
    }
  }
}

/** @param {Failure} problem */
const refused = (problem) => new Refusal(refusal(problem));

/**
 * A promise that is resolved with an object looks for its `then`, on Object.prototype too.
 *
 * @param {Verdict | ReadonlyArray<Verdict>} result
 * @returns {string | null | NativeFailure}
 */
const withoutThen = (result) =>
  typeof result === "string" || result === null
    ? result
    : { __proto__: null, failure: own(result, "failure") };

module.exports = { Verifier };
