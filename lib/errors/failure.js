"use strict";

// Failures: what goes wrong, as data. Code below the public functions throws or returns them, and lib/exposed.js makes errors of
// them.

/** @import { Failure, Reason } from "../internal" */

const { INTERNAL } = require("../generated/failures");
const REASONS = require("../generated/reasons");

/**
 * `details` is what only some failures have, or a name other than the reason's own.
 *
 * @param {Reason} reason
 * @param {string} message
 * @param {Partial<Failure>} [details]
 * @returns {Failure}
 */
const failure = (reason, message, details) => ({
  reason,
  ...REASONS[reason],
  message,
  ...details,
});

/** A failure on its way to the application. `cause` may be any value; a failure's own `cause` is a text. */
class Refusal {
  failure;
  cause;

  /**
   * @param {Failure} failed
   * @param {unknown} [cause]
   */
  constructor(failed, cause) {
    this.failure = failed;
    this.cause = cause;
  }
}

/**
 * Throws a failure, if there is one.
 *
 * @param {Failure | undefined} failed
 */
function refuseIf(failed) {
  if (failed !== undefined) throw new Refusal(failed);
}

module.exports = { INTERNAL, Refusal, failure, refuseIf };
