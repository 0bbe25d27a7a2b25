"use strict";

// Failures that both sides make, from src/core/error/shared.rs, made by `npm run generate`: never edited by hand.

module.exports = {
  /** @type {import("../internal").Failure} */
  ABORTED: {
    reason: "aborted",
    status: 503,
    name: "AbortError",
    message: "The call was aborted",
  },
  /** @type {import("../internal").Failure} */
  INTERNAL: {
    reason: "internal",
    status: 500,
    name: "InternalError",
    message: "An internal error: please report it",
  },
  /** @type {import("../internal").Failure} */
  TOKEN_MISSING: {
    reason: "token-malformed",
    status: 401,
    name: "JsonWebTokenError",
    message: "jwt must be provided",
    hint: "There is no token. Check where the application reads it: the part of the Authorization header after `Bearer `, for example.",
  },
  /** @type {import("../internal").Failure} */
  UNREADABLE_ANSWER: {
    reason: "service",
    status: 503,
    name: "UnknownError",
    message: "Amazon Cognito's answer cannot be read",
    retryable: false,
    hint: "something between here and Cognito may have answered: check the endpoint and the proxy",
  },
};
