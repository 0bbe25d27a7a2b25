"use strict";

// Stacks, whatever the application has done to Error.

/** @import { Caller, Place } from "../internal" */

const { captureStackTrace } = Error;

/**
 * Gives `target` the stack of the present call of `caller`.
 *
 * @param {Place} target
 * @param {Caller} caller
 */
function takeStack(target, caller) {
  try {
    captureStackTrace(target, caller);
  } catch {
    // Missing, or replaced before this package was loaded: an error without a stack is better than another error.
  }
}

/**
 * What `make` returns, an error that `takeStack` is called for next: V8 would take the stack down twice, once from the
 * constructor's place, which is ours, and then from the caller's.
 *
 * @template Made
 * @param {() => Made} make
 * @returns {Made}
 */
function withoutStack(make) {
  // Errors then keep the stack of where they are made.
  if (typeof captureStackTrace !== "function") return make();
  const limit = setStackTraceLimit(0);
  try {
    return make();
  } finally {
    if (limit !== undefined) setStackTraceLimit(limit);
  }
}

/**
 * The limit until now; undefined if it stays, as with frozen intrinsics: the stack is then taken down twice.
 *
 * @param {number} limit
 * @returns {number | undefined}
 */
function setStackTraceLimit(limit) {
  try {
    const before = Error.stackTraceLimit;
    if (typeof before !== "number") return undefined;
    return Reflect.set(Error, "stackTraceLimit", limit) ? before : undefined;
  } catch {
    return undefined;
  }
}

/**
 * The place of a call, to be given to errors that come later, when the call is no longer on the stack. Reading the
 * stack is put off until somebody looks at an error's.
 *
 * @param {Caller} caller
 * @returns {Place}
 */
function placeOf(caller) {
  /** @type {Place} */
  const place = { __proto__: null };
  takeStack(place, caller);
  return place;
}

/**
 * The lines of a place below the first. The application's Error.prepareStackTrace may make anything of it, and may throw.
 *
 * @param {Place} place
 * @returns {string[] | undefined}
 */
function framesOf(place) {
  try {
    // Error.stackTraceLimit may be 0, or gone.
    const { stack = "" } = place;
    if (typeof stack !== "string") return undefined;
    const [, ...frames] = stack.split("\n");
    return frames;
  } catch {
    return undefined;
  }
}

module.exports = { framesOf, placeOf, takeStack, withoutStack };
