"use strict";

// The one place that asks for the time. Date.now is looked up at every call, so that fake clocks reach us.

/** @import { Failure } from "../internal" */

const { performance } = require("node:perf_hooks");
const { failure } = require("../errors/failure");

const { isFinite: isFiniteNumber } = Number;
/** Milliseconds that pass, whatever becomes of the clock: that of the moment at which this file is loaded, for fake ones replace it. */
const uptime = performance.now.bind(performance);

/** Milliseconds since 1970, or NaN: a replaced Date.now may return anything, or throw. */
function timeNow() {
  try {
    const now = Date.now();
    return isFiniteNumber(now) ? now : Number.NaN;
  } catch {
    return Number.NaN;
  }
}

/**
 * Without a time no token can be accepted.
 *
 * @type {Failure}
 */
const NO_TIME = failure("internal", "Date.now() did not return a number", {
  hint: "A test or a library has replaced Date.now: make it return milliseconds since 1970.",
});

module.exports = { NO_TIME, timeNow, uptime };
