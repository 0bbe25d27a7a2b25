"use strict";

// The error classes, and the one place that picks one; only lib/exposed.js asks for it. Making an error must not fail, whatever others have done to Error,
// Date and Object.prototype: properties are defined before they are assigned, for a frozen prototype refuses new ones.

/** @import { AuthErrorOf, Failure, Reason } from "../internal" */

const { define } = require("./define");
const { failure: failureOf } = require("./failure");
const { takeStack } = require("./stack");

const RealDate = Date;

const BRAND = Symbol.for("cognito-auth-native.AuthError");

/**
 * What a failure may have beyond what every one has, in the order in which it is shown.
 *
 * @type {ReadonlyArray<keyof Failure>}
 */
const DETAILS = [
  "statusCode",
  "requestId",
  "retryable",
  "retryAfter",
  "attempts",
  "stage",
  "hint",
  "challengeName",
];

/**
 * Those that are not enumerable: they prove that a user has taken the first step of a sign-in.
 *
 * @type {ReadonlyArray<keyof Failure>}
 */
const HIDDEN = ["session", "challenge"];

/**
 * Those that come from an answer of Cognito. The four functions' errors have them at the top as well, as the original's.
 *
 * @type {ReadonlyArray<keyof Failure>}
 */
const ANSWER = ["statusCode", "requestId", "attempts"];

class AuthError extends Error {
  // Fields are defined, not assigned, at a tenth of the cost of Object.defineProperty.
  name;
  message;
  code;
  reason;
  status;
  time = dateOf();

  /**
   * Without a failure it is the application that makes the error, in its tests say: as jsonwebtoken's, by a message.
   *
   * @param {unknown} [message]
   * @param {unknown} [_detail]
   * @param {Failure} [failure]
   */
  constructor(message, _detail, failure = failureNamed("AuthError", message)) {
    super();
    this.name = failure.name;
    this.message = failure.message;
    this.code = failure.name;
    this.reason = failure.reason;
    this.status = failure.status;
    describe(this, failure);
    if (has(failure, "isConstructed")) takeStack(this, new.target);
  }

  /**
   * @param {unknown} value
   * @returns {value is AuthErrorOf}
   */
  static is(value) {
    return (
      typeof value === "object" &&
      value !== null &&
      /** @type {{ [BRAND]?: unknown }} */ (value)[BRAND] === true
    );
  }
}

Object.defineProperty(AuthError.prototype, BRAND, { __proto__: null, value: true });

/**
 * What only some failures have.
 *
 * @param {AuthError} error
 * @param {Failure} failure
 */
function describe(error, failure) {
  // As the replaced SDK's errors have it: `message` is enumerable, `name` is not; unlike jsonwebtoken's.
  if (!(error instanceof JsonWebTokenError)) define(error, "name", failure.name, false);
  for (const name of DETAILS) {
    if (has(failure, name)) define(error, name, failure[name], true);
  }
  if (has(failure, "statusCode")) define(error, "cognito", answerOf(failure), true);
  for (const name of HIDDEN) {
    if (has(failure, name)) hide(error, name, failure[name]);
  }
  if (has(failure, "cause")) causedBy(error, new Error(failure.cause));
}

/**
 * Behind a getter: `%o` in console.log, and util.inspect with `showHidden`, show the value of any other property.
 *
 * @param {AuthError} error
 * @param {string} name
 * @param {unknown} value
 */
function hide(error, name, value) {
  let now = value;
  const get = () => now;
  /** @type {(next: unknown) => void} */
  const set = (next) => {
    now = next;
  };
  Object.defineProperty(error, name, { __proto__: null, get, set, configurable: true });
}

/**
 * What is known of Cognito's answer.
 *
 * @param {Failure} failure
 */
function answerOf(failure) {
  const answer = {};
  for (const name of ANSWER) {
    if (has(failure, name)) define(answer, name, failure[name], true);
  }
  return Object.freeze(answer);
}

/**
 * @param {Failure} failure
 * @param {keyof Failure} name
 */
const has = (failure, name) => Object.hasOwn(failure, name) && failure[name] !== undefined;

/**
 * A Date of the present global class, which fake clocks replace; of the real one if that cannot be constructed.
 *
 * @param {[] | [number]} time
 * @returns {Date}
 */
function dateOf(...time) {
  try {
    return new Date(.../** @type {[number]} */ (time));
  } catch {
    return new RealDate(.../** @type {[number]} */ (time));
  }
}

/** The farthest times that a Date can have, in seconds. */
const LAST_SECOND = 8.64e12;

/**
 * A Date that is never invalid. Claims may be any number.
 *
 * @param {number} seconds
 */
function dateAt(seconds) {
  const nearest = Math.min(Math.max(seconds, -LAST_SECOND), LAST_SECOND);
  return dateOf(Number.isNaN(nearest) ? 0 : nearest * 1000);
}

/**
 * The error, with what it came of.
 *
 * @template {object} Target
 * @param {Target} error
 * @param {unknown} cause
 * @returns {Target}
 */
function causedBy(error, cause) {
  define(error, "cause", cause, false);
  return error;
}

class JsonWebTokenError extends AuthError {
  /**
   * @param {unknown} message
   * @param {Error | undefined} [inner]
   * @param {Failure} [failure]
   */
  constructor(message, inner, failure = failureNamed("JsonWebTokenError", message)) {
    super(message, undefined, failure);
    if (inner) define(this, "inner", inner, true);
  }
}

class TokenExpiredError extends JsonWebTokenError {
  expiredAt;

  /**
   * @param {unknown} message
   * @param {Date} expiredAt
   * @param {Failure} [failure]
   */
  constructor(message, expiredAt, failure = failureNamed("TokenExpiredError", message)) {
    super(message, undefined, failure);
    this.expiredAt = has(failure, "expiredAt")
      ? dateAt(/** @type {number} */ (failure.expiredAt))
      : expiredAt;
  }
}

class NotBeforeError extends JsonWebTokenError {
  date;

  /**
   * @param {unknown} message
   * @param {Date} date
   * @param {Failure} [failure]
   */
  constructor(message, date, failure = failureNamed("NotBeforeError", message)) {
    super(message, undefined, failure);
    this.date = has(failure, "date") ? dateAt(/** @type {number} */ (failure.date)) : date;
  }
}

/**
 * The reason of an error that was constructed by its message alone.
 *
 * @type {Record<string, Reason>}
 */
const CONSTRUCTED = {
  AuthError: "internal",
  JsonWebTokenError: "token-malformed",
  TokenExpiredError: "token-expired",
  NotBeforeError: "token-not-active",
};

/**
 * @param {keyof typeof CONSTRUCTED} name
 * @param {unknown} message
 * @returns {Failure}
 */
function failureNamed(name, message) {
  const text = message === undefined ? "" : String(message);
  return failureOf(CONSTRUCTED[name], text, { name, isConstructed: true });
}

/**
 * The class of each reason that has one; others are an AuthError, whatever name the service gives them.
 *
 * @type {{ __proto__?: null } & { [reason in Reason]?: typeof AuthError | typeof JsonWebTokenError | typeof TokenExpiredError | typeof NotBeforeError }}
 */
const CLASSES = {
  __proto__: null,
  "key-unknown": JsonWebTokenError,
  "token-algorithm": JsonWebTokenError,
  "token-client": JsonWebTokenError,
  "token-expired": TokenExpiredError,
  "token-groups": JsonWebTokenError,
  "token-issuer": JsonWebTokenError,
  "token-malformed": JsonWebTokenError,
  "token-not-active": NotBeforeError,
  "token-revoked": JsonWebTokenError,
  "token-scopes": JsonWebTokenError,
  "token-signature": JsonWebTokenError,
  "token-use": JsonWebTokenError,
};

/**
 * The error for a failure.
 *
 * @param {Failure} failure
 * @returns {AuthError}
 */
function errorOf(failure) {
  return new (CLASSES[failure.reason] ?? AuthError)(undefined, undefined, failure);
}

/**
 * The error, with those that it stands for.
 *
 * @template {object} Target
 * @param {Target} error
 * @param {AuthError[]} errors
 * @returns {Target}
 */
function withErrors(error, errors) {
  define(error, "errors", errors, true);
  return error;
}

/**
 * The error, with these lines for its stack.
 *
 * @template {Error} Target
 * @param {Target} error
 * @param {string[]} frames
 * @returns {Target}
 */
function withFrames(error, frames) {
  define(error, "stack", [`${error.name}: ${error.message}`, ...frames].join("\n"), false);
  return error;
}

module.exports = {
  AuthError,
  JsonWebTokenError,
  NotBeforeError,
  TokenExpiredError,
  causedBy,
  errorOf,
  withErrors,
  withFrames,
};
