"use strict";

// What native functions resolve to → a value, or an error with the stack of the call.

const { errorAt } = require("./errors");

/** The value of an outcome (JSON) that comes later. */
async function settle(pending, place) {
  const outcome = JSON.parse(await pending);
  if (outcome.failure !== undefined) throw errorAt(outcome.failure, place);
  return outcome.value;
}

module.exports = { settle };
