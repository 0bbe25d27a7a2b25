"use strict";

// The token's cookie: one that the application names, or those that AWS Amplify writes.

/** @import { Carrier, CookieOption } from "../internal" */

const { HEADER_CHARACTERS } = require("../generated/limits");
const { headerOf } = require("./carriers");
const { flat, isList, memberOf } = require("./members");

const AMPLIFY = "CognitoIdentityServiceProvider.";
const LAST_USER = "LastAuthUser";
/** @type {Record<"id" | "access", string>} */
const SUFFIXES = { id: ".idToken", access: ".accessToken" };

/** There are several, and the application and a proxy in front of it may take different ones. */
const AMBIGUOUS = Symbol("ambiguous");

/**
 * The cookies as one text: the header, or the list in an event of an HTTP API.
 *
 * @type {(request: unknown, carrier: Carrier | undefined) => string}
 */
function cookiesOf(request, carrier) {
  const text = headerOf(carrier, "cookie") ?? listed(memberOf(request, "cookies"));
  return text === undefined || text.length > HEADER_CHARACTERS ? "" : text;
}

/** @type {(cookies: any) => string | undefined} */
function listed(cookies) {
  if (!isList(cookies)) return undefined;
  let text = "";
  for (let index = 0; index < cookies.length; index++) {
    const cookie = memberOf(cookies, index);
    if (typeof cookie === "string") text += `${cookie}; `;
  }
  return text;
}

/**
 * Calls `visit` with the name and the value of each cookie whose name begins with `prefix`. One pass: whatever the text is, each
 * character is looked at a few times.
 *
 * @type {(text: string, prefix: string, visit: (name: string, value: string) => void) => void}
 */
function eachCookie(text, prefix, visit) {
  let start = 0;
  while (start < text.length) {
    const semicolon = text.indexOf(";", start);
    const end = semicolon === -1 ? text.length : semicolon;
    while (start < end && text.charCodeAt(start) <= 0x20) start += 1;
    if (end - start > prefix.length && text.startsWith(prefix, start)) {
      const pair = text.slice(start, end);
      const equals = pair.indexOf("=");
      if (equals !== -1) visit(pair.slice(0, equals).trimEnd(), unquoted(pair, equals));
    }
    start = end + 1;
  }
}

/**
 * The value, without the quotation marks that RFC 6265, section 4.1.1, allows.
 *
 * @type {(pair: string, equals: number) => string}
 */
function unquoted(pair, equals) {
  const value = pair.slice(equals + 1).trim();
  const isQuoted = value.length > 1 && value.startsWith('"') && value.endsWith('"');
  return isQuoted ? value.slice(1, -1) : value;
}

/**
 * The value of the cookie `wanted`; undefined if there is none.
 *
 * @type {(text: string, wanted: string) => string | symbol | undefined}
 */
function namedCookie(text, wanted) {
  /** @type {string | symbol | undefined} */
  let found;
  eachCookie(text, wanted, (name, value) => {
    if (name === wanted) found = found === undefined ? value : AMBIGUOUS;
  });
  return found === "" ? undefined : found;
}

/**
 * Amplify encodes user names in cookies.
 *
 * @type {(text: string) => string}
 */
function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/**
 * The token in Amplify's cookies, `CognitoIdentityServiceProvider.<client>.<user>.idToken`; of several users' the one that
 * `<client>.LastAuthUser` names. Those of other app clients than `clients` are passed over. A cookie that comes twice counts twice,
 * also if it is empty or its user's name is encoded in another way.
 *
 * @type {(text: string, kind: "id" | "access", clients: readonly string[] | undefined) => string | symbol | undefined}
 */
function amplifyCookie(text, kind, clients) {
  const suffix = SUFFIXES[kind];
  /** @type {Map<string, string>} */
  const tokens = new Map();
  /** @type {Set<string>} */
  const last = new Set();
  const lastClients = new Set();
  let isTokenTwice = false;
  let isLastTwice = false;
  eachCookie(text, AMPLIFY, (name, value) => {
    const dot = name.indexOf(".", AMPLIFY.length);
    const client = name.slice(AMPLIFY.length, dot);
    if (dot === -1 || (clients !== undefined && !clients.includes(client))) return;
    const rest = name.slice(dot + 1);
    if (rest === LAST_USER) {
      isLastTwice ||= lastClients.has(client);
      lastClients.add(client);
      last.add(`${client}.${decoded(value)}`);
    }
    if (rest.length <= suffix.length || !name.endsWith(suffix)) return;
    const owner = `${client}.${decoded(rest.slice(0, -suffix.length))}`;
    isTokenTwice ||= tokens.has(owner);
    tokens.set(owner, value);
  });
  if (isTokenTwice) return AMBIGUOUS;
  const all = [...tokens].filter(({ 1: value }) => value !== "");
  if (all.length === 1) return all[0][1];
  if (isLastTwice && all.length > 1) return AMBIGUOUS;
  const chosen = all.filter(({ 0: owner }) => last.has(owner));
  return chosen.length === 1 ? chosen[0][1] : undefined;
}

/**
 * The token in a request's cookie, as the option `cookie` says; undefined or `AMBIGUOUS` if there is not exactly one.
 *
 * @type {(request: unknown, carrier: Carrier | undefined, cookie: CookieOption, clients: readonly string[] | undefined) => string | symbol | undefined}
 */
function cookieOf(request, carrier, cookie, clients) {
  const text = cookiesOf(request, carrier);
  const found =
    typeof cookie === "string"
      ? namedCookie(text, cookie)
      : amplifyCookie(text, cookie.amplify, clients);
  return typeof found === "string" ? flat(found, text) : found;
}

module.exports = { AMBIGUOUS, cookieOf };
