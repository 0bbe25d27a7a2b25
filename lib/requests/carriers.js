"use strict";

// Where the headers of a request are, whichever framework or AWS service it comes from. All values of a header count, for a
// proxy in front may look at another one than we do: Node.js' `headers.authorization` has the first of two, API Gateway's
// `headers` the last.

/** @import { Carrier } from "../internal" */

const { isProxy } = require("node:util").types;
const { HEADER_ITEMS } = require("../generated/limits");
const { isObjectOrFunction } = require("../shape");
const { isList, memberOf } = require("./members");

const { isArray } = Array;
const { keys } = Object;
const { apply } = Reflect;

/**
 * What stands between two values of a header (RFC 9110, section 5.3; RFC 9113, section 8.2.3).
 *
 * @type {(name: string) => string}
 */
const separatorOf = (name) => (name === "cookie" ? "; " : ", ");

/** @type {(before: string | undefined, value: unknown, separator: string) => string | undefined} */
function joined(before, value, separator) {
  if (typeof value !== "string") return before;
  return before === undefined ? value : before + separator + value;
}

/**
 * Names, each followed by its value.
 *
 * @type {(list: unknown[], name: string) => string | undefined}
 */
function fromPairs(list, name) {
  const separator = separatorOf(name);
  let found;
  for (let index = 0; index + 1 < list.length; index += 2) {
    const key = list[index];
    if (typeof key !== "string" || key.length !== name.length || key.toLowerCase() !== name) {
      continue;
    }
    found = joined(found, list[index + 1], separator);
  }
  return found;
}

/**
 * An object whose values are texts, lists of texts or, of CloudFront, lists of `{ key, value }`.
 *
 * @type {(headers: Record<string, any>, name: string) => string | undefined}
 */
function fromObject(headers, name) {
  const separator = separatorOf(name);
  let found;
  for (const key of keys(headers)) {
    if (key.length !== name.length || key.toLowerCase() !== name) continue;
    const value = headers[key];
    if (!isList(value)) {
      found = joined(found, value, separator);
      continue;
    }
    for (let index = 0; index < value.length; index++) {
      const item = value[index];
      found = joined(found, isObjectOrFunction(item) ? memberOf(item, "value") : item, separator);
    }
  }
  return found;
}

/**
 * `Headers` of Fetch, and whatever has its `get`.
 *
 * @type {(headers: any, name: string) => string | undefined}
 */
function fromHeaders(headers, name) {
  const value = apply(memberOf(headers, "get"), headers, [name]);
  return typeof value === "string" ? value : undefined;
}

/**
 * Whether it is Fetch's `Headers`, of any make. The context of a framework may have `get` alone.
 *
 * @type {(value: unknown) => boolean}
 */
const hasGet = (value) =>
  typeof memberOf(value, "get") === "function" && typeof memberOf(value, "has") === "function";

/**
 * The first of the request and the one of Node.js or Fetch below it for which `read` finds something.
 *
 * @type {(request: unknown, read: (one: unknown) => any) => any}
 */
const within = (request, read) =>
  read(request) ?? read(memberOf(request, "raw")) ?? read(memberOf(request, "req"));

/**
 * What stands in for a request of Node.js, in adapters for AWS Lambda and in tests, may have an empty list.
 *
 * @type {(request: unknown) => unknown[] | undefined}
 */
function rawHeadersOf(request) {
  const list = memberOf(request, "rawHeaders");
  return isArray(list) && !isProxy(list) && list.length > 0 ? list : undefined;
}

/** @type {(request: unknown) => unknown} */
const headersOf = (request) => memberOf(request, "headers");
/** @type {(value: any, isWrong: (value: any) => boolean) => any} */
const unless = (value, isWrong) =>
  !isObjectOrFunction(value) || isWrong(value) ? undefined : value;
/** @type {(headers: object) => boolean} */
const isEmpty = (headers) => keys(headers).length === 0;

/**
 * Where the headers are, and how a header is read from there. The first row that finds them counts: those with all values of a
 * header come first. A `get` of the request itself comes last, for Express's gives the first of two values.
 *
 * @type {readonly { find: (request: unknown) => any, read: Carrier["read"] }[]}
 */
const CARRIERS = [
  { find: (request) => within(request, rawHeadersOf), read: fromPairs },
  { find: (request) => unless(memberOf(request, "multiValueHeaders"), isEmpty), read: fromObject },
  {
    find: (request) => unless(within(request, headersOf), (headers) => !hasGet(headers)),
    read: fromHeaders,
  },
  { find: (request) => unless(within(request, headersOf), hasGet), read: fromObject },
  { find: (request) => unless(request, (headers) => !hasGet(headers)), read: fromHeaders },
];

/**
 * The headers of a request, for `headerOf`; undefined if it has none.
 *
 * @type {(request: unknown) => Carrier | undefined}
 */
function carrierOf(request) {
  for (let row = 0; row < CARRIERS.length; row++) {
    const { find, read } = CARRIERS[row];
    try {
      const headers = find(request);
      if (headers !== undefined) return { headers, read };
    } catch {
      // A Proxy's keys, say. Another row may find something.
    }
  }
  return undefined;
}

/** Node.js drops the rest of a request's headers when it has this many, unless `server.maxHeadersCount` says otherwise. */
const HEADERS_KEPT = 1_000;
/** It drops none of the first 31: they come in batches of that size, and the first batch is always kept. */
const HEADERS_NEVER_CUT = 16;

/** @type {(request: unknown) => any} */
const maxHeadersCountOf = (request) =>
  memberOf(memberOf(memberOf(request, "socket"), "server"), "maxHeadersCount");

/**
 * Whether Node.js may have dropped headers of the request, such as a second `Authorization`, or has more than we read.
 *
 * @type {(request: unknown, carrier: Carrier | undefined) => boolean}
 */
function mayBeCut(request, carrier) {
  if (carrier === undefined || carrier.read !== fromPairs) return false;
  const { length } = carrier.headers;
  if (length < HEADERS_NEVER_CUT * 2) return false;
  const count = within(request, maxHeadersCountOf);
  const kept = typeof count === "number" ? count : HEADERS_KEPT;
  return length > HEADER_ITEMS || (kept > 0 && length >= kept * 2);
}

/**
 * All values of a header as one text, as Fetch joins them; undefined if there is none. `name` is in lower case.
 *
 * @type {(carrier: Carrier | undefined, name: string) => string | undefined}
 */
function headerOf(carrier, name) {
  if (carrier === undefined) return undefined;
  try {
    return carrier.read(carrier.headers, name);
  } catch {
    return undefined;
  }
}

/**
 * The members that have the method: of Node.js and Fetch, of REST APIs, of HTTP APIs.
 *
 * @type {readonly (readonly string[])[]}
 */
const METHODS = [["method"], ["httpMethod"], ["requestContext", "http", "method"]];

/**
 * The request's method; undefined if it is not known.
 *
 * @type {(request: unknown) => string | undefined}
 */
function methodOf(request) {
  for (let row = 0; row < METHODS.length; row++) {
    const method = within(request, (one) => METHODS[row].reduce(memberOf, one));
    if (typeof method === "string") return method;
  }
  return undefined;
}

module.exports = { carrierOf, headerOf, mayBeCut, methodOf };
