"use strict";

// Outages that a test asks for: `down`, `up`, `failNext`.

const { Answer } = require("./answers.js");
const { errorsOf } = require("./operations/errors.js");
const { BREAKS } = require("./protocol.js");

/** What answers something but is no operation: the pool's keys, and the document that names them. */
const KEYS = "keys";
const DISCOVERY = "openid-configuration";
const ALL = "all";

/** Bodies of the answers with these statuses; another one has none. */
const STATUSES = {
  429: new Answer("TooManyRequestsException", "Rate exceeded", 429),
  500: new Answer("InternalErrorException", "Internal server error", 500),
  503: new Answer("ServiceUnavailable", "Service unavailable", 503),
};
const HOW = Object.keys(BREAKS);
/** Types of errors → their status, which is 400 for all others: CommonErrors.html, and the operations' pages. */
const STATUS_OF = {
  __proto__: null,
  InternalErrorException: 500,
  InternalFailure: 500,
  ServiceUnavailable: 503,
};

const list = (names) => names.join(", ");

function createFaults(operations) {
  const known = [KEYS, DISCOVERY, ...operations];
  const standing = new Map();
  const next = new Map();

  function checkName(call, name, names) {
    if (!names.includes(name)) {
      throw new TypeError(`${call}: there is no "${name}" in a test pool, only ${list(names)}`);
    }
  }

  return {
    down(what = ALL, how = 503) {
      checkName("down", what, [ALL, ...known]);
      const isStatus = Number.isInteger(how) && how >= 300 && how <= 599;
      if (!isStatus && !HOW.includes(how)) {
        throw new TypeError(`down: a status from 300 to 599, or one of ${list(HOW)}`);
      }
      standing.set(what, how);
    },
    up() {
      standing.clear();
    },
    failNext(operation, type, message, status) {
      checkName("failNext", operation, known);
      if (typeof type !== "string" || typeof message !== "string") {
        throw new TypeError("failNext: takes an operation, the error's type and its message");
      }
      const possible = errorsOf(operation);
      if (!possible.includes(type)) {
        throw new TypeError(
          `failNext: ${operation} has no error of type ${JSON.stringify(type)} in Cognito, only ${list(possible)}`,
        );
      }
      if (status !== undefined && !(Number.isInteger(status) && status >= 400 && status <= 599)) {
        throw new TypeError("failNext: the status is a number from 400 to 599");
      }
      const waiting = next.get(operation) ?? [];
      const answer = new Answer(type, message, status ?? STATUS_OF[type] ?? 400);
      next.set(operation, [...waiting, answer]);
    },
    /** What becomes of a request: an Answer, "reset", "hang", "cut", or undefined if it is answered well. */
    of(name) {
      const how = standing.get(name) ?? standing.get(ALL);
      if (how === undefined) return next.get(name)?.shift();
      if (typeof how === "string") return how;
      return STATUSES[how] ?? new Answer(undefined, undefined, how);
    },
  };
}

module.exports = { DISCOVERY, KEYS, createFaults };
