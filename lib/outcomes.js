"use strict";

// What native functions return or resolve to → a value, or an error with the stack of the call.

const { errorAt } = require("./errors/auth-error");
const { addRequest } = require("./events");
const { read, write } = require("./host/json");
const { own } = require("./shape");

const INTERNAL = {
  reason: "internal",
  status: 500,
  name: "InternalError",
  message: "An internal error: please report it",
};

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

/** The value of an outcome (JSON) that `start` gives a promise of. The request is added to `event`. */
async function settle(start, place, event) {
  let outcome;
  try {
    outcome = read(await start());
  } catch (error) {
    throw errorAt({ ...INTERNAL, cause: kindOf(error) }, place);
  }
  const members = { __proto__: null, ...outcome };
  if (event !== undefined) addRequest(event, members.request);
  if ("value" in members) return members.value;
  throw errorAt(failureFrom(members.failure), place);
}

module.exports = { INTERNAL, attempt, failed, failureOf, settle, thrown };
