"use strict";

// The error classes, and the one place that picks one.

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
  "errors",
];

function hide(error, name, value) {
  Object.defineProperty(error, name, { value, writable: true, configurable: true });
}

class AuthError extends Error {
  constructor(failure) {
    super();
    // As the replaced SDK's errors have it: `message` is enumerable, `name` is not.
    hide(this, "name", failure.name);
    this.message = failure.message;
    describe(this, failure);
  }

  static is(value) {
    return typeof value === "object" && value !== null && value[BRAND] === true;
  }
}

Object.defineProperty(AuthError.prototype, BRAND, { value: true });

function describe(error, failure) {
  error.code = failure.name;
  error.reason = failure.reason;
  error.status = failure.status;
  error.time = new Date();
  for (const name of DETAILS) {
    if (failure[name] !== undefined) error[name] = failure[name];
  }
  if (failure.session !== undefined) hide(error, "session", failure.session);
  if (failure.cause !== undefined) causedBy(error, new Error(failure.cause));
}

/** The error, with what it came of. */
function causedBy(error, cause) {
  hide(error, "cause", cause);
  return error;
}

class JsonWebTokenError extends AuthError {
  constructor(failure) {
    super(failure);
    // As in the package jsonwebtoken, unlike the SDK's errors.
    Object.defineProperty(this, "name", { enumerable: true });
  }
}

class TokenExpiredError extends JsonWebTokenError {
  constructor(failure) {
    super(failure);
    this.expiredAt = new Date(failure.expiredAt * 1000);
  }
}

class NotBeforeError extends JsonWebTokenError {
  constructor(failure) {
    super(failure);
    this.date = new Date(failure.date * 1000);
  }
}

const CLASSES = { JsonWebTokenError, TokenExpiredError, NotBeforeError };

/** The error for a failure; its stack begins below `caller`, a function that is being called. */
function errorFrom(failure, caller) {
  const ErrorClass = Object.hasOwn(CLASSES, failure.name) ? CLASSES[failure.name] : AuthError;
  const error = withoutStack(() => new ErrorClass(failure));
  Error.captureStackTrace(error, caller);
  return error;
}

/** Throws the error for a failure, if there is one. */
function throwIf(failure, caller) {
  if (failure !== undefined) throw errorFrom(failure, caller);
}

/** V8 would take the stack down twice: once from the constructor's place, which is ours, and then from the caller's. */
function withoutStack(make) {
  const limit = Error.stackTraceLimit;
  // Frozen intrinsics allow no change: the stack is then taken down twice.
  if (!Reflect.set(Error, "stackTraceLimit", 0)) return make();
  try {
    return make();
  } finally {
    Error.stackTraceLimit = limit;
  }
}

/**
 * The place of a call, to be given to errors that come later, when the call is no longer on the stack. Reading the
 * stack is put off until somebody looks at an error's.
 */
function placeOf(caller) {
  const place = {};
  Error.captureStackTrace(place, caller);
  return place;
}

/** The error for a failure of a call that was made at `place`; without one, the stack is what V8 still knows of it. */
function errorAt(failure, place) {
  const error = errorFrom(failure, errorAt);
  if (place === undefined) return error;
  // Error.stackTraceLimit may be 0, or gone.
  const [, ...frames] = (place.stack ?? "").split("\n");
  error.stack = [`${error.name}: ${error.message}`, ...frames].join("\n");
  return error;
}

module.exports = {
  AuthError,
  JsonWebTokenError,
  NotBeforeError,
  TokenExpiredError,
  causedBy,
  errorAt,
  errorFrom,
  placeOf,
  throwIf,
};
