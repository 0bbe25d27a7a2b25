"use strict";

// What native functions return or resolve to → a value or a failure.

const { INTERNAL, Refusal } = require("./errors/failure");
const { read, write } = require("./host/json");
const { own } = require("./shape");

/** A failure that was read from JSON. Anything else is a failure of our own. */
function failureFrom(value) {
  const failure = { __proto__: null, ...value };
  const isFailure = typeof failure.name === "string" && typeof failure.message === "string";
  return isFailure ? failure : INTERNAL;
}

/** The failure in a native result that is no success. */
const failureOf = (result) => failureFrom(read(own(result, "failure")));

/** A failure, as native functions return it. */
const failed = (failure) => ({ failure: write(failure) });

/** What a native function returns; should it throw, which none is meant to, a failure. */
function attempt(call) {
  try {
    return call();
  } catch (error) {
    return thrown(error);
  }
}

/** The failure for what a native function threw. */
const thrown = (error) => failed({ ...INTERNAL, cause: kindOf(error) });

/** What is known of it but its message: Node-API's own could show an argument. */
function kindOf(error) {
  try {
    return /^\w{1,64}$/.test(error.code) ? `a native function threw ${error.code}` : undefined;
  } catch {
    return undefined;
  }
}

/**
 * What `shape` makes of the value of an outcome (JSON) that `start` gives a promise of. An object must not be handed on through a
 * promise: Object.prototype may have a `then`.
 */
async function settle(start, shape = asItIs) {
  let outcome;
  try {
    outcome = read(await start());
  } catch (error) {
    throw new Refusal({ ...INTERNAL, cause: kindOf(error) });
  }
  const members = { __proto__: null, ...outcome };
  if ("value" in members) return shape(members.value);
  throw new Refusal(failureFrom(members.failure));
}

const asItIs = (value) => value;

module.exports = { attempt, failed, failureOf, settle, thrown };
