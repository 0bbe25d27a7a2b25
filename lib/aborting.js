"use strict";

// AbortSignal → what ends a native call.

const native = require("./native");
const { causedBy } = require("./errors");

const ABORTED = {
  reason: "aborted",
  status: 503,
  name: "AbortError",
  message: "The call was aborted",
};

const NO_SIGNAL = {
  reason: "invalid-argument",
  status: 400,
  name: "InvalidParameterType",
  message: "Expected option signal to be an AbortSignal",
};

/** Why a call may not begin, or undefined. */
function signalFailure(signal) {
  if (signal === undefined) return undefined;
  if (typeof signal?.addEventListener !== "function") return NO_SIGNAL;
  return signal.aborted ? ABORTED : undefined;
}

/** What `start` resolves to. It hands on what it is given to a native call, which ends when `signal` says so. */
function unlessAborted(signal, start) {
  return signal === undefined ? start(undefined) : listening(signal, start);
}

async function listening(signal, start) {
  const abort = native.newAbort();
  const raise = () => native.abort(abort);
  signal.addEventListener("abort", raise, { once: true });
  try {
    return await start(abort);
  } catch (error) {
    throw error.reason === "aborted" ? causedBy(error, signal.reason) : error;
  } finally {
    signal.removeEventListener("abort", raise);
  }
}

module.exports = { signalFailure, unlessAborted };
