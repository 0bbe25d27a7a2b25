"use strict";

// The only place where a failure becomes an error, with the stack of the application's call.

/** @import { Caller, Exposed, Failure, Place } from "./internal" */

const { causedBy, errorOf, withErrors, withFrames } = require("./errors/auth-error");
const { INTERNAL, Refusal } = require("./errors/failure");
const { framesOf, placeOf, takeStack, withoutStack } = require("./errors/stack");

const { hasOwn } = Object;

/** What is not there yet. The promise may reject with a Refusal. */
class Later {
  promise;
  finish;

  /**
   * With `finish`, which makes of the promise's value what `exposed` may be given, this is one of many that were asked for
   * together: taking down the stack of each call would cost a fifth of their verification, and V8 knows the function that awaits it.
   *
   * @param {Promise<any>} promise
   * @param {(result: any) => any} [finish] Gives a value, a Later or a Refusal.
   */
  constructor(promise, finish) {
    this.promise = promise;
    this.finish = finish;
  }
}

/**
 * What `work` returns, or a promise of what it gives later, for a call of the public function `caller`. A Refusal that it returns
 * or throws is thrown as an error whose stack begins below `caller`.
 *
 * @template Result
 * @param {Caller} caller
 * @param {() => Result} work
 * @returns {Exposed<Result>}
 */
function exposed(caller, work) {
  let result;
  try {
    result = work();
  } catch (thrown) {
    throw errorBelow(caller, refusalOf(thrown));
  }
  if (result instanceof Later) {
    const place = result.finish === undefined ? placeOf(caller) : undefined;
    return /** @type {any} */ (settled(result, place));
  }
  if (result instanceof Refusal) throw errorBelow(caller, result);
  return /** @type {any} */ (result);
}

/**
 * V8 knows the stack of the function that awaits this, and only as long as the error is made here, in an async function.
 *
 * @param {InstanceType<typeof Later>} later
 * @param {Place | undefined} place
 * @returns {Promise<any>}
 */
async function settled({ promise, finish }, place) {
  let result;
  try {
    result = await promise;
    if (finish !== undefined) result = finish(result);
  } catch (thrown) {
    throw errorAt(place, refusalOf(thrown));
  }
  if (result instanceof Later) return settled(result, place);
  if (result instanceof Refusal) throw errorAt(place, result);
  return result;
}

/**
 * Nothing else is meant to be thrown.
 *
 * @param {unknown} thrown
 */
const refusalOf = (thrown) => (thrown instanceof Refusal ? thrown : new Refusal(INTERNAL, thrown));

/**
 * The error for a Refusal; its stack begins below `caller`, a function that is being called.
 *
 * @param {Caller} caller
 * @param {InstanceType<typeof Refusal>} refusal
 * @returns {ReturnType<typeof errorOf>}
 */
function errorBelow(caller, { failure, cause }) {
  const error = withoutStack(() => errorOf(failure));
  takeStack(error, caller);
  if (hasOwn(failure, "failures")) {
    const failures = /** @type {Failure[]} */ (failure.failures);
    const errors = failures.map((one) => errorBelow(caller, new Refusal(one)));
    withErrors(error, errors);
  }
  return cause === undefined ? error : causedBy(error, cause);
}

/**
 * The error for a Refusal of a call that was made at `place`; without one, the stack is what V8 still knows of it.
 *
 * @param {Place | undefined} place
 * @param {InstanceType<typeof Refusal>} refusal
 */
function errorAt(place, refusal) {
  const error = errorBelow(errorAt, refusal);
  const frames = place === undefined ? undefined : framesOf(place);
  return frames === undefined ? error : withFrames(error, frames);
}

module.exports = { Later, exposed };
