"use strict";

// The error classes, and the one place that picks one; only lib/exposed.js asks for it. Making an error must not fail, whatever others have done to Error,
// Date and Object.prototype: properties are defined before they are assigned, for a frozen prototype refuses new ones.

const { failure: failureOf } = require("./failure");
const { takeStack } = require("./stack");

const RealDate = Date;

const BRAND = Symbol.for("cognito-auth-native.AuthError");

/** What a failure may have beyond what every one has, in the order in which it is shown. */
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

/** Those that come from an answer of Cognito. The four functions' errors have them at the top as well, as the original's. */
const ANSWER = ["statusCode", "requestId", "attempts"];

/** The descriptor has no prototype: a `get` on Object.prototype would make it invalid. */
function define(error, name, value, enumerable) {
  Object.defineProperty(error, name, {
    __proto__: null,
    value,
    writable: true,
    enumerable,
    configurable: true,
  });
}

class AuthError extends Error {
  // Fields are defined, not assigned, at a tenth of the cost of Object.defineProperty.
  name;
  message;
  code;
  reason;
  status;
  time = dateOf();

  /** Without a failure it is the application that makes the error, in its tests say: as jsonwebtoken's, by a message. */
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

  static is(value) {
    return typeof value === "object" && value !== null && value[BRAND] === true;
  }
}

Object.defineProperty(AuthError.prototype, BRAND, { __proto__: null, value: true });

/** What only some failures have. */
function describe(error, failure) {
  // As the replaced SDK's errors have it: `message` is enumerable, `name` is not; unlike jsonwebtoken's.
  if (!(error instanceof JsonWebTokenError)) define(error, "name", failure.name, false);
  for (const name of DETAILS) {
    if (has(failure, name)) define(error, name, failure[name], true);
  }
  if (has(failure, "statusCode")) define(error, "cognito", answerOf(failure), true);
  if (has(failure, "session")) define(error, "session", failure.session, false);
  if (has(failure, "cause")) causedBy(error, new Error(failure.cause));
}

/** What is known of Cognito's answer. */
function answerOf(failure) {
  const answer = {};
  for (const name of ANSWER) {
    if (has(failure, name)) define(answer, name, failure[name], true);
  }
  return Object.freeze(answer);
}

const has = (failure, name) => Object.hasOwn(failure, name) && failure[name] !== undefined;

/** A Date of the present global class, which fake clocks replace; of the real one if that cannot be constructed. */
function dateOf(...time) {
  try {
    return new Date(...time);
  } catch {
    return new RealDate(...time);
  }
}

/** The farthest times that a Date can have, in seconds. */
const LAST_SECOND = 8.64e12;

/** A Date that is never invalid. Claims may be any number. */
function dateAt(seconds) {
  const nearest = Math.min(Math.max(seconds, -LAST_SECOND), LAST_SECOND);
  return dateOf(Number.isNaN(nearest) ? 0 : nearest * 1000);
}

/** The error, with what it came of. */
function causedBy(error, cause) {
  define(error, "cause", cause, false);
  return error;
}

class JsonWebTokenError extends AuthError {
  constructor(message, inner, failure = failureNamed("JsonWebTokenError", message)) {
    super(message, undefined, failure);
    if (inner) define(this, "inner", inner, true);
  }
}

class TokenExpiredError extends JsonWebTokenError {
  expiredAt;

  constructor(message, expiredAt, failure = failureNamed("TokenExpiredError", message)) {
    super(message, undefined, failure);
    this.expiredAt = has(failure, "expiredAt") ? dateAt(failure.expiredAt) : expiredAt;
  }
}

class NotBeforeError extends JsonWebTokenError {
  date;

  constructor(message, date, failure = failureNamed("NotBeforeError", message)) {
    super(message, undefined, failure);
    this.date = has(failure, "date") ? dateAt(failure.date) : date;
  }
}

/** The reason of an error that was constructed by its message alone. */
const CONSTRUCTED = {
  AuthError: "internal",
  JsonWebTokenError: "token-malformed",
  TokenExpiredError: "token-expired",
  NotBeforeError: "token-not-active",
};

function failureNamed(name, message) {
  const text = message === undefined ? "" : String(message);
  return failureOf(CONSTRUCTED[name], text, { name, isConstructed: true });
}

/** The class of each reason that has one; others are an AuthError, whatever name the service gives them. */
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

/** The error for a failure. */
function errorOf(failure) {
  return new (CLASSES[failure.reason] ?? AuthError)(undefined, undefined, failure);
}

/** The error, with those that it stands for. */
function withErrors(error, errors) {
  define(error, "errors", errors, true);
  return error;
}

/** The error, with these lines for its stack. */
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
