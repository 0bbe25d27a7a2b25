"use strict";

// The error classes, and the one place that picks one.

const BRAND = Symbol.for("cognito-auth-native.AuthError");

class AuthError extends Error {
  constructor(failure) {
    super(failure.message);
    const hidden = (name, value) =>
      Object.defineProperty(this, name, { value, writable: true, configurable: true });
    const shown = (name, value) =>
      Object.defineProperty(this, name, {
        value,
        writable: true,
        configurable: true,
        enumerable: true,
      });
    // As the replaced SDK's errors have it: `message` is enumerable, `name` is not.
    shown("message", failure.message);
    hidden("name", failure.name);
    shown("code", failure.name);
    shown("reason", failure.reason);
    shown("status", failure.status);
    shown("time", new Date());
    for (const member of ["statusCode", "requestId", "retryable", "retryAfter", "stage", "hint"]) {
      if (failure[member] !== undefined) shown(member, failure[member]);
    }
    if (failure.challengeName !== undefined) shown("challengeName", failure.challengeName);
    if (failure.session !== undefined) hidden("session", failure.session);
    if (failure.errors !== undefined) shown("errors", failure.errors);
    if (failure.cause !== undefined) hidden("cause", new Error(failure.cause));
    hidden(BRAND, true);
  }

  static is(value) {
    return typeof value === "object" && value !== null && value[BRAND] === true;
  }
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
  const error = new ErrorClass(failure);
  Error.captureStackTrace(error, caller);
  return error;
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
  const error = errorFrom(failure);
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
  errorAt,
  errorFrom,
  placeOf,
};
