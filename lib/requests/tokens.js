"use strict";

// The token that a request carries: in its header Authorization, or in a cookie if the application asks for it. Never in the
// query or the body (RFC 9700, section 4.3.2).

/** @import { Carrier, Failure, FoundToken, RequestValues } from "../internal" */

const { failure, refuseIf } = require("../errors/failure");
const { refusal } = require("../events");
const { TOKEN_BYTES } = require("../generated/limits");
const { carrierOf, headerOf, mayBeCut } = require("./carriers");
const { AMBIGUOUS, cookieOf } = require("./cookies");
const { flat, memberOf } = require("./members");
const { mistakeIn } = require("./mistakes");
const { isFromOwnPage, mayChange } = require("./origins");

const BLANK = 0x20;
const TAB = 0x09;

const MISSING = failure("token-missing", "The request carries no token");
const SEVERAL = failure("token-ambiguous", "The request carries more than one token");
const CROSS_SITE = failure("cross-site", "The request was sent by a page of another site", {
  hint: "The token is in a cookie, and a page of another origin sent the request. List the application's other origins in the option `origins`.",
});

/**
 * `{ token, source, problem }`, with a token or a failure; undefined for a request without a token, where that is allowed. Throws
 * for what is no request at all.
 *
 * @type {(request: unknown, values: RequestValues, clients: readonly string[] | undefined) => FoundToken | undefined}
 */
function tokenIn(request, { optional, bareToken, cookie, origins }, clients) {
  const carrier = carrierOf(request);
  if (mayBeCut(request, carrier)) return refused(SEVERAL);
  const header = headerOf(carrier, "authorization") ?? authorizationToken(request);
  if (header === undefined && carrier === undefined) refuseIf(mistakeIn(request));
  const isCookie = header === undefined && cookie !== undefined;
  const token = isCookie ? cookieOf(request, carrier, cookie, clients) : tokenOf(header, bareToken);
  if (typeof token === "symbol") return refused(SEVERAL);
  if (token === undefined) return optional ? undefined : refused(MISSING);
  if (isCookie && mayChange(request, carrier) && !isFromOwnPage(request, carrier, origins)) {
    return refused(CROSS_SITE);
  }
  return { token, source: isCookie ? "cookie" : "header", problem: undefined };
}

/** @type {(problem: Failure) => FoundToken} */
const refused = (problem) => ({ token: "", source: undefined, problem: refusal(problem) });

/**
 * Of the events of TOKEN and AppSync authorizers.
 *
 * @type {(request: unknown) => string | undefined}
 */
function authorizationToken(request) {
  const token = memberOf(request, "authorizationToken");
  return typeof token === "string" ? token : undefined;
}

/**
 * The token in a header's value. No regular expression: it would take sixty times as long.
 *
 * @type {(header: string | undefined, bareToken: boolean) => string | symbol | undefined}
 */
function tokenOf(header, bareToken) {
  if (header === undefined) return undefined;
  let start = 0;
  let end = header.length;
  while (start < end && isWhite(header.charCodeAt(start))) start += 1;
  while (end > start && isWhite(header.charCodeAt(end - 1))) end -= 1;
  const blank = header.indexOf(" ", start);
  const hasScheme = blank !== -1 && blank < end;
  if (isBearer(header, start, hasScheme ? blank : end)) {
    start += "bearer".length;
    while (start < end && header.charCodeAt(start) === BLANK) start += 1;
  } else if (!bareToken) {
    return undefined;
  } else if (hasScheme) {
    // Two tokens without schemes, or one of another scheme.
    return header.lastIndexOf(",", blank) >= start ? AMBIGUOUS : undefined;
  }
  return start === end ? undefined : single(header.slice(start, end), header);
}

/** @type {(code: number) => boolean} */
const isWhite = (code) => code === BLANK || code === TAB;

/**
 * RFC 9110, section 11.1: schemes are compared without regard to case.
 *
 * @type {(header: string, start: number, end: number) => boolean}
 */
const isBearer = (header, start, end) =>
  end - start === "bearer".length && header.slice(start, end).toLowerCase() === "bearer";

/**
 * A token that is too long is refused for that.
 *
 * @type {(token: string, header: string) => string | symbol}
 */
function single(token, header) {
  if (token.length > TOKEN_BYTES) return token;
  return token.includes(" ") || token.includes(",") ? AMBIGUOUS : flat(token, header);
}

module.exports = { tokenIn };
