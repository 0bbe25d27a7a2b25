"use strict";

// The error classes, and the one place that picks one. Making an error must not fail, whatever others have done to Error,
// Date and Object.prototype: properties are defined before they are assigned, for a frozen prototype refuses new ones.

const { captureStackTrace } = Error;
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
  "errors",
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

/** What an error says that was constructed by its message alone. */
const CONSTRUCTED = {
  AuthError: { reason: "internal", status: 500 },
  JsonWebTokenError: { reason: "token-malformed", status: 401 },
  TokenExpiredError: { reason: "token-expired", status: 401 },
  NotBeforeError: { reason: "token-not-active", status: 401 },
};

function failureNamed(name, message) {
  const text = message === undefined ? "" : String(message);
  return { isConstructed: true, name, message: text, ...CONSTRUCTED[name] };
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

/** The error for a failure; its stack begins below `caller`, a function that is being called. */
function errorFrom(failure, caller) {
  const make = () => new (CLASSES[failure.reason] ?? AuthError)(undefined, undefined, failure);
  if (typeof captureStackTrace !== "function") return make();
  const error = withoutStack(make);
  takeStack(error, caller);
  return error;
}

/** Throws the error for a failure, if there is one. */
function throwIf(failure, caller) {
  if (failure !== undefined) throw errorFrom(failure, caller);
}

/** V8 would take the stack down twice: once from the constructor's place, which is ours, and then from the caller's. */
function withoutStack(make) {
  const limit = setStackTraceLimit(0);
  try {
    return make();
  } finally {
    if (limit !== undefined) setStackTraceLimit(limit);
  }
}

/** The limit until now; undefined if it stays, as with frozen intrinsics: the stack is then taken down twice. */
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
 */
function placeOf(caller) {
  const place = {};
  takeStack(place, caller);
  return place;
}

function takeStack(target, caller) {
  try {
    captureStackTrace(target, caller);
  } catch {
    // Missing, or replaced before this package was loaded: an error without a stack is better than another error.
  }
}

/** The error for a failure of a call that was made at `place`; without one, the stack is what V8 still knows of it. */
function errorAt(failure, place) {
  const error = errorFrom(failure, errorAt);
  const stack = place === undefined ? undefined : stackOf(place);
  if (stack === undefined) return error;
  const [, ...frames] = stack.split("\n");
  define(error, "stack", [`${error.name}: ${error.message}`, ...frames].join("\n"), false);
  return error;
}

/** The stack as text. The application's Error.prepareStackTrace may make anything of it, and may throw. */
function stackOf(place) {
  try {
    // Error.stackTraceLimit may be 0, or gone.
    const { stack = "" } = place;
    return typeof stack === "string" ? stack : undefined;
  } catch {
    return undefined;
  }
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
