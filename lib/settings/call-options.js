"use strict";

// The last argument of a call: its signal and, for verify(), its policy.

const { PLAIN, VERIFY, fail } = require("./options");
const { UNREADABLE, membersOf } = require("../shape");

const NAMES = { signal: undefined, ...VERIFY };

/**
 * Options of jsonwebtoken's verify() that verifyToken may ignore: without them a token is checked at least as strictly.
 * RS256 is the only algorithm.
 */
const HARMLESS = [
  "algorithms",
  "allowInvalidAsymmetricKeyTypes",
  "complete",
  "ignoreExpiration",
  "ignoreNotBefore",
];

/**
 * @param {{ signal?: unknown }} members
 * @returns {any}
 */
function signalIn({ signal }) {
  if (signal === UNREADABLE) {
    fail("option signal must be an AbortSignal, not a getter or a hidden property");
  }
  return signal;
}

/** Of what Array.prototype.map and the like hand on: an index, a callback, null. */
const IGNORED_TYPES = ["number", "function", "object"];

/**
 * The options' members. What is no object is left out: Array.prototype.map hands on an index, others a callback.
 *
 * @param {unknown} options
 */
function optionsOf(options) {
  if (typeof options !== "object" || options === null) return undefined;
  const members = membersOf(options, NAMES);
  if (members === undefined) fail(`The options of a call must be ${PLAIN}`);
  return members;
}

/**
 * The signal of a call.
 *
 * @param {unknown} options
 */
function signalOf(options) {
  const members = optionsOf(options);
  return members === undefined ? undefined : signalIn(members);
}

/**
 * The signal of a call that takes nothing else: a misspelled name, or a time in its place, would have no effect.
 *
 * @param {unknown} options
 * @param {string} call
 */
function onlySignalOf(options, call) {
  if (options === undefined) return undefined;
  const members = optionsOf(options);
  if (members === undefined) return fail(`The options of ${call} must be an object`);
  for (const name of Object.keys(members)) {
    if (name !== "signal") fail(`${call} has no option ${name}`);
  }
  return signalIn(members);
}

/**
 * The signal of verifyToken, which has no policy of its own: one that is given would not be checked.
 *
 * @param {unknown} options
 */
function signalWithoutPolicy(options) {
  if (options === undefined) return undefined;
  const members = optionsOf(options);
  if (members === undefined) {
    if (IGNORED_TYPES.includes(typeof options)) return undefined;
    return fail("The options of verifyToken must be an object");
  }
  for (const name of Object.keys(members)) {
    if (name !== "signal" && !HARMLESS.includes(name)) {
      fail(
        `verifyToken has no option ${name}: use verify(token, policy), or createAuth({ verify: policy })`,
      );
    }
  }
  return signalIn(members);
}

/**
 * The policy and the signal of a call of verify(), from the arguments after the token.
 *
 * @param {readonly unknown[]} given
 */
function policyAndSignal(given) {
  const policy = definitePolicy(given);
  const members = membersOf(policy, NAMES);
  // The checks of policies say what one must be.
  if (members === undefined) return { policy, signal: undefined };
  const signal = signalIn(members);
  delete members.signal;
  return { policy: Object.keys(members).length > 0 ? members : undefined, signal };
}

/**
 * The policy in the arguments after the token, if there are any. `undefined` may be a policy that its list lacks.
 *
 * @param {readonly unknown[]} given
 */
function definitePolicy(given) {
  if (given.length === 0) return undefined;
  const policy = given[0];
  if (policy !== undefined) return policy;
  return fail("The policy is undefined: give one, or call the function with the token alone");
}

module.exports = {
  definitePolicy,
  onlySignalOf,
  policyAndSignal,
  signalOf,
  signalWithoutPolicy,
};
