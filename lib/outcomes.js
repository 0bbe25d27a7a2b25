"use strict";

// What native functions return or resolve to → a value or a failure.

/** @import { Failure, NativeFailure } from "./internal" */

const { INTERNAL, Refusal } = require("./errors/failure");
const { read, write } = require("./host/json");
const { own } = require("./shape");

/**
 * A failure that was read from JSON. Anything else is a failure of our own.
 *
 * @param {object} value
 * @returns {Failure}
 */
function failureFrom(value) {
  /** @type {any} */
  const failure = { __proto__: null, ...value };
  const isFailure = typeof failure.name === "string" && typeof failure.message === "string";
  return isFailure ? failure : INTERNAL;
}

/**
 * The failure in a native result that is no success.
 *
 * @param {unknown} result
 */
const failureOf = (result) => failureFrom(read(own(result, "failure")));

/**
 * A failure, as native functions return it.
 *
 * @param {Failure} failure
 * @returns {NativeFailure}
 */
const failed = (failure) => ({ failure: /** @type {string} */ (write(failure)) });

/**
 * What a native function returns, or a failure if it throws.
 *
 * @template Result
 * @param {() => Result} call
 * @returns {Result | NativeFailure}
 */
function attempt(call) {
  try {
    return call();
  } catch (error) {
    return thrown(error);
  }
}

/**
 * What a native function that threw is taken to have returned.
 *
 * @param {unknown} error
 * @returns {NativeFailure}
 */
const thrown = (error) => failed(defect(error));

/**
 * The failure for what a native function threw, which none is meant to.
 *
 * @param {unknown} error
 * @returns {Failure}
 */
const defect = (error) => ({ ...INTERNAL, cause: kindOf(error) });

/**
 * What is known of it but its message: Node-API's own could show an argument.
 *
 * @param {any} error
 * @returns {string | undefined}
 */
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
 *
 * @template Value
 * @param {() => Promise<string>} start
 * @param {(value: any) => Value} [shape]
 * @returns {Promise<Value>}
 */
async function settle(start, shape = asItIs) {
  let outcome;
  try {
    outcome = read(await start());
  } catch (error) {
    throw new Refusal(defect(error));
  }
  /** @type {{ value?: unknown, failure?: any }} */
  const members = { __proto__: null, ...outcome };
  if ("value" in members) return shape(members.value);
  throw new Refusal(failureFrom(members.failure));
}

/** @param {any} value */
const asItIs = (value) => value;

module.exports = { attempt, failed, failureOf, settle, thrown };
