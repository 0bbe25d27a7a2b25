"use strict";

// What native functions return or resolve to → a value, or an error with the stack of the call.

const { errorAt } = require("./errors");
const { read, write } = require("./json");

const INTERNAL = {
  reason: "internal",
  status: 500,
  name: "InternalError",
  message: "An internal error: please report it",
};

const isFailure = (value) => typeof value?.name === "string" && typeof value.message === "string";

/** The failure in a native result that is no success; what cannot be read is a failure of our own. */
function failureOf(result) {
  const failure = read(result?.failure);
  return isFailure(failure) ? failure : INTERNAL;
}

/** A failure, as native functions return it. */
const failed = (failure) => ({ failure: write(failure) });

/** What a native function returns; should it throw, which none is meant to, a failure. */
function attempt(call) {
  try {
    return call();
  } catch (error) {
    return failed({ ...INTERNAL, cause: kindOf(error) });
  }
}

/** What is known of it but its message: Node-API's own could show an argument. */
function kindOf(error) {
  try {
    return /^\w{1,64}$/.test(error.code) ? `a native function threw ${error.code}` : undefined;
  } catch {
    return undefined;
  }
}

/** The value of an outcome (JSON) that `start` gives a promise of. */
async function settle(start, place) {
  let outcome;
  try {
    outcome = read(await start());
  } catch (error) {
    throw errorAt({ ...INTERNAL, cause: kindOf(error) }, place);
  }
  if (Object.hasOwn(outcome ?? INTERNAL, "value")) return outcome.value;
  throw errorAt(isFailure(outcome?.failure) ? outcome.failure : INTERNAL, place);
}

module.exports = { INTERNAL, attempt, failed, failureOf, settle };
