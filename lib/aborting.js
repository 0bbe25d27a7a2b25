"use strict";

// AbortSignal → what ends a native call.

/** @import { AbortSignalLike, CancelHandle, Listener } from "./internal" */

const native = require("./host/native");
const { Refusal, failure } = require("./errors/failure");
const { ABORTED } = require("./generated/failures");
const { isObjectOrFunction } = require("./shape");

const NO_SIGNAL = failure("invalid-argument", "Expected option signal to be an AbortSignal", {
  name: "InvalidParameterType",
  // A challenge whose answer has a wrong signal is not sent.
  open: true,
});

/** @type {(value: unknown) => boolean} */
const isSignal = (value) =>
  isObjectOrFunction(value) && typeof memberOf(value, "addEventListener") === "function";

/**
 * Throws if a call may not begin: `signal` is no signal, or was raised.
 *
 * @param {AbortSignalLike | undefined} signal
 */
function throwIfAborted(signal) {
  if (signal === undefined) return;
  if (!isSignal(signal)) throw new Refusal(NO_SIGNAL);
  if (memberOf(signal, "aborted")) throw new Refusal(ABORTED, reasonOf(signal));
}

/**
 * A signal's member. Signals of other makes may throw, or lack it.
 *
 * @param {any} signal
 * @param {string} name
 */
function memberOf(signal, name) {
  try {
    return signal[name];
  } catch {
    return undefined;
  }
}

/** @param {AbortSignalLike} signal */
const reasonOf = (signal) => memberOf(signal, "reason");

/**
 * What `start` resolves to. It hands on what it is given to a native call, which ends when `signal` says so.
 *
 * @template Result
 * @param {AbortSignalLike | undefined} signal
 * @param {(cancel: CancelHandle | undefined) => Promise<Result>} start
 * @returns {Promise<Result>}
 */
function unlessAborted(signal, start) {
  return signal === undefined ? start(undefined) : listening(signal, start);
}

/**
 * @template Result
 * @param {AbortSignalLike} signal
 * @param {(cancel: CancelHandle) => Promise<Result>} start
 * @returns {Promise<Result>}
 */
async function listening(signal, start) {
  const cancel = native.newCancel();
  try {
    listen(signal, cancel);
  } catch {
    throw new Refusal(NO_SIGNAL);
  }
  try {
    return await start(cancel);
  } catch (thrown) {
    const isAborted = thrown instanceof Refusal && thrown.failure.reason === "aborted";
    throw isAborted ? new Refusal(thrown.failure, reasonOf(signal)) : thrown;
  } finally {
    unlisten(signal, cancel);
  }
}

/**
 * For each signal the calls that it ends. They share one listener: Node.js warns of more than ten.
 *
 * @type {WeakMap<AbortSignalLike, Listener>}
 */
const listeners = new WeakMap();

/**
 * @param {AbortSignalLike} signal
 * @param {CancelHandle} cancel
 */
function listen(signal, cancel) {
  const listener = listeners.get(signal);
  if (listener !== undefined) listener.cancels.add(cancel);
  else addListener(signal, cancel);
  // It may have been raised since the call began.
  if (memberOf(signal, "aborted")) native.cancel(cancel);
}

/**
 * @param {AbortSignalLike} signal
 * @param {CancelHandle} cancel
 */
function addListener(signal, cancel) {
  const cancels = new Set([cancel]);
  const raise = () => {
    for (const one of cancels) native.cancel(one);
  };
  signal.addEventListener(
    "abort",
    raise,
    /** @type {{ once: true }} */ ({ __proto__: null, once: true }),
  );
  listeners.set(signal, { cancels, raise });
}

/**
 * @param {AbortSignalLike} signal
 * @param {CancelHandle} cancel
 */
function unlisten(signal, cancel) {
  const { cancels, raise } = /** @type {Listener} */ (listeners.get(signal));
  cancels.delete(cancel);
  if (cancels.size > 0) return;
  listeners.delete(signal);
  try {
    signal.removeEventListener("abort", raise);
  } catch {
    // A listener that stays does no harm: it has nothing left to end.
  }
}

module.exports = { isSignal, throwIfAborted, unlessAborted };
