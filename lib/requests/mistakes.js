"use strict";

// What applications pass in the place of a request by mistake. Taken for a request without a token, it would be 401 for
// everybody, or with `optional` nobody would ever be signed in.

/** @import { Failure } from "../internal" */

const { failure } = require("../errors/failure");
const { isPlainObject } = require("../shape");
const { memberOf } = require("./members");

const { keys } = Object;
const { isArray } = Array;

/** Headers that hardly any request lacks, or that a token comes in. */
const USUAL = ["authorization", "cookie", "host", "user-agent"];

/** @type {(value: any) => boolean} */
const hasHeaders = (value) =>
  isPlainObject(value) &&
  keys(value).some((name) => USUAL.includes(name.toLowerCase()) && isHeader(memberOf(value, name)));

/** @type {(value: unknown) => boolean} */
const isHeader = (value) => typeof value === "string" || isArray(value);

/** @type {(what: string, hint: string) => Failure} */
const mistake = (what, hint) =>
  failure("config", `A request, Headers or an event is expected, and not ${what}`, { hint });

/** @type {readonly { is: (value: any) => boolean, failed: Failure }[]} */
const MISTAKES = [
  {
    is: (value) => typeof value === "string",
    failed: mistake("a text", "Verify a token alone with verify(token)."),
  },
  {
    is: (value) => typeof memberOf(value, "then") === "function",
    failed: mistake("a promise", "Await it: authenticate(await headers())."),
  },
  {
    is: (value) => memberOf(memberOf(value, "req"), "raw") !== undefined,
    failed: mistake("a context", "Pass the request in it: authenticate(c.req.raw)."),
  },
  {
    is: hasHeaders,
    failed: mistake("the headers alone", "Pass the request, or { method, headers }."),
  },
];

/**
 * The failure for a value that is no request; undefined if it may be one, or something else that has no headers.
 *
 * @type {(value: unknown) => Failure | undefined}
 */
const mistakeIn = (value) => MISTAKES.find(({ is }) => is(value))?.failed;

module.exports = { mistakeIn };
