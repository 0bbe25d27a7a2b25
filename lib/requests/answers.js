"use strict";

// What a client is answered: for each reason a status, headers and a body. No answer has anything of a token, of the
// configuration or of an AWS account in it.

/** @import { Answer, AnswerRow, Reason, RefusedRequest, TextOption } from "../internal" */

const { AuthError } = require("../errors/auth-error");
const { define } = require("../errors/define");
const REASONS = require("../generated/reasons");
const SHOWN = require("../generated/shown-reasons");
const { write } = require("../host/json");
const { fail } = require("../settings/options");
const { membersOf, own } = require("../shape");
const { ignorePromise } = require("./members");
const lazy = require("./texts/lazy");

/**
 * Texts are always JSON.
 *
 * @param {string} error
 * @param {string} message
 */
const bodyOf = (error, message) => write({ error, message }) ?? "";

// `error` is the code in the body and, with `hasChallenge`, in WWW-Authenticate. A request without any token gets a challenge
// without a code (RFC 6750, section 3.1); one for which another token would not help gets none.
/** @type {(error: string, text: string, hasChallenge: boolean) => AnswerRow} */
const row = (error, text, hasChallenge) => ({
  error,
  text,
  hasChallenge,
  body: bodyOf(error, text),
});
/** @type {(error: string, text: string) => AnswerRow} */
const refused = (error, text) => row(error, text, true);
/** @type {(error: string, text: string) => AnswerRow} */
const failed = (error, text) => row(error, text, false);
/** @type {(text: string) => AnswerRow} */
const invalidToken = (text) => refused("invalid_token", text);
const NOT_VALID = invalidToken("The token is not valid");
const NOT_ALLOWED = refused("insufficient_scope", "The token does not allow this");

/**
 * The answers to requests whose token was refused.
 *
 * @type {{ [reason: string]: any }}
 */
const TOKENS = {
  __proto__: null,
  "cross-site": failed("invalid_request", "The request was sent by a page of another site"),
  "key-unknown": NOT_VALID,
  "token-algorithm": NOT_VALID,
  "token-ambiguous": refused("invalid_request", "The request carries more than one token"),
  "token-client": invalidToken("The token was made for another app client"),
  "token-expired": invalidToken("The token has expired"),
  "token-groups": NOT_ALLOWED,
  "token-issuer": NOT_VALID,
  "token-malformed": NOT_VALID,
  "token-missing": refused("unauthorized", "The request carries no token"),
  "token-not-active": invalidToken("The token is not active yet"),
  "token-revoked": invalidToken("The token has been revoked"),
  "token-scopes": NOT_ALLOWED,
  "token-signature": NOT_VALID,
  "token-use": invalidToken("A token of the other kind is expected"),
};

/**
 * The texts for other failures that the client may do something about; its `error` is the reason.
 *
 * @type {{ [reason: string]: any }}
 */
const TEXTS = {
  __proto__: null,
  "attempts-exceeded": "Too many attempts: try again later",
  "bad-credentials": "The user name or the password is wrong",
  "challenge-expired": "The sign-in has expired: start again",
  "challenge-required": "Signing in takes a further step",
  "code-expired": "The code has expired",
  "code-wrong": "The code is wrong",
  "group-exists": "A group of this name exists",
  "group-missing": "There is no such group",
  "invalid-argument": "The request is not valid",
  "mfa-missing": "The user has not set up this second factor",
  "not-authorized": "This is not allowed",
  "passkey-missing": "There is no such passkey",
  "passkey-refused": "The passkey is not accepted",
  "password-policy": "The password does not meet the requirements",
  "password-reset-required": "The password must be reset first",
  "phone-missing": "The user has no phone number",
  "refresh-expired": "The sign-in has expired: sign in again",
  "refresh-reused": "The sign-in has expired: sign in again",
  "rejected-by-trigger": "The request was rejected",
  throttled: "Too many requests: try again later",
  "user-ambiguous": "Several users fit",
  "user-disabled": "The user is disabled",
  "user-exists": "The user name, e-mail address or phone number is taken",
  "user-missing": "There is no such user",
  "user-unconfirmed": "The user has not been confirmed",
};

/**
 * The answers to failures that are not the client's, and to reasons of another version of this package.
 *
 * @type {{ [status: number]: any, __proto__: null }}
 */
const STATUSES = {
  __proto__: null,
  400: failed("invalid_request", "The request is not valid"),
  401: failed("unauthorized", "Authentication is required"),
  403: failed("forbidden", "This is not allowed"),
  404: failed("not_found", "There is nothing here"),
  409: failed("conflict", "There is such a thing already"),
  429: failed("too_many_requests", "Too many requests: try again later"),
  500: failed("server_error", "The server failed"),
  503: failed("temporarily_unavailable", "The service is not available: try again later"),
};

/**
 * The status for an error; of an error with a reason of another version, its own.
 *
 * @type {(error: unknown, reason: string) => number}
 */
function statusOf(error, reason) {
  const known = REASONS[/** @type {Reason} */ (reason)];
  if (known !== undefined) return known.status;
  const status = own(error, "status");
  return typeof status === "number" && STATUSES[status] !== undefined ? status : 500;
}

/**
 * The row of the tables for a reason.
 *
 * @type {(reason: string, status: number) => AnswerRow}
 */
function rowOf(reason, status) {
  const text = TEXTS[reason];
  return TOKENS[reason] ?? (text === undefined ? STATUSES[status] : failed(reason, text));
}

/** @type {(error: unknown) => string} */
function reasonOf(error) {
  const reason = own(error, "reason");
  return typeof reason === "string" ? reason : "internal";
}

/** @type {Record<string, string>} */
const NONE = {};

/**
 * `{ status, headers, body }` for an error or a failure. `realm` and `scopes` are of the challenge, `text` replaces ours.
 *
 * @type {(problem: unknown, text: string | undefined, realm: string, scopes?: readonly string[]) => Answer}
 */
function answer(problem, text, realm, scopes) {
  const reason = reasonOf(problem);
  const status = statusOf(problem, reason);
  const { error: code, text: ours, hasChallenge, body } = rowOf(reason, status);
  const needed = reason === "token-scopes" ? scopes : undefined;
  const headers = {
    "cache-control": "no-store",
    "content-type": "application/json",
    // Spread, not assigned: an assignment would call a setter of Object.prototype.
    ...(hasChallenge ? { "www-authenticate": challenge(realm, code, ours, needed) } : NONE),
    ...(status === 429 || status === 503 ? { "retry-after": secondsOf(problem) } : NONE),
  };
  if (text === undefined) return { status, headers, body };
  return { status, headers, body: bodyOf(code, text) };
}

/** RFC 6750, section 3, asks for one. */
const REALM = "api";

/**
 * RFC 6750, section 3. A request without a token is not told of an error.
 *
 * @type {(realm: string, code: string, text: string, scopes?: readonly string[]) => string}
 */
function challenge(realm, code, text, scopes) {
  const start = `Bearer realm=${quoted(realm)}`;
  if (code === "unauthorized") return start;
  const described = `${start}, error="${code}", error_description="${text}"`;
  const scope = scopes?.join(" ");
  // A header can have no other characters. Cognito's scopes have none either.
  const isPrintable = scope !== undefined && /^[\x20-\x7e]*$/.test(scope);
  return isPrintable ? `${described}, scope=${quoted(scope)}` : described;
}

/** @type {(text: string) => string} */
const quoted = (text) => `"${text.replace(/["\\]/g, "\\$&")}"`;

/** Of Retry-After, in seconds: a day. */
const LONGEST_WAIT = 86_400;

/**
 * At least a second: clients would ask again at once.
 *
 * @type {(error: unknown) => string}
 */
function secondsOf(error) {
  const seconds = own(error, "retryAfter");
  if (!Number.isFinite(seconds)) return "1";
  return `${Math.min(Math.max(1, Math.ceil(seconds)), LONGEST_WAIT)}`;
}

/**
 * Cognito's message, where the table of reasons lets users read it and it is made of words and numbers.
 *
 * @type {(error: unknown) => string | undefined}
 */
function shownMessage(error) {
  if (!SHOWN.includes(reasonOf(error))) return undefined;
  const message = own(error, "message");
  // Cognito ends some of its messages by a line feed.
  const text = typeof message === "string" ? message.trim() : "";
  return text !== "" && lazy.showable().isShowable(text) ? text : undefined;
}

/** An error that is none of ours, or cannot be looked at, is a failure of the server. */
const OTHER = { __proto__: null, reason: "internal" };

/** @type {(error: unknown) => boolean} */
function isOurs(error) {
  try {
    return AuthError.is(error);
  } catch {
    return false;
  }
}

/**
 * The application's own text for a reason. Whatever it throws, the client is to have an answer.
 *
 * @type {(text: TextOption | undefined, reason: string) => string | undefined}
 */
function ownText(text, reason) {
  try {
    const given = text?.(reason);
    ignorePromise(given);
    return typeof given === "string" && given !== "" ? given : undefined;
  } catch {
    return undefined;
  }
}

/**
 * What to answer one's own client with for an error. `options.text` gives texts by reason.
 *
 * @type {(error: unknown, options?: unknown) => Answer}
 */
function answerTo(error, options) {
  const text = textOption(options);
  const ours = isOurs(error) ? error : OTHER;
  return answer(ours, ownText(text, reasonOf(ours)) ?? shownMessage(ours), REALM);
}

/** @type {(options: unknown) => TextOption | undefined} */
function textOption(options) {
  if (options === undefined) return undefined;
  const members = membersOf(options) ?? fail("The options of answerTo must be a plain object");
  for (const name of Object.keys(members)) {
    if (name !== "text") fail(`There is no option ${name}; there is: text`);
  }
  const text = /** @type {TextOption | undefined} */ (members.text);
  if (text !== undefined && typeof text !== "function") fail("option text must be a function");
  return text;
}

/**
 * The verdict on a request that is refused for `problem`, a failure or an error. `reason` and `error` are for the application: they are not enumerable, so that they
 * are not sent to the client by accident.
 *
 * @type {(problem: unknown, error: unknown, realm: string, scopes?: readonly string[]) => RefusedRequest}
 */
function refusedFor(problem, error, realm, scopes) {
  /** @type {RefusedRequest} */
  const verdict = { ok: false, ...answer(problem, undefined, realm, scopes) };
  define(verdict, "reason", reasonOf(problem), false);
  define(verdict, "error", error, false);
  return verdict;
}

/**
 * Sends a verdict, or an answer, by a response of Node.js or of a framework above it.
 *
 * @type {(response: any, answer: Answer) => void}
 */
function send(response, { status, headers, body }) {
  response.writeHead(status, headers);
  response.end(body);
}

module.exports = { REALM, answerTo, refusedFor, send };
