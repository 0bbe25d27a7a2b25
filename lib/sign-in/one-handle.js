"use strict";

// The native handle of a sign-in, from its first step to its last.

/** @import { HandleFor } from "../internal" */

/**
 * The handle that `handleFor` gives at the first call: a challenge belongs to the user pool and the app client that it came from, whatever
 * the environment says by the time of the answer.
 *
 * @param {HandleFor} handleFor
 * @returns {HandleFor}
 */
function oneHandle(handleFor) {
  /** @type {ReturnType<HandleFor> | undefined} */
  let handle;
  return () => {
    handle ??= handleFor();
    return handle;
  };
}

module.exports = { oneHandle };
