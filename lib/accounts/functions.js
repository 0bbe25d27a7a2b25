"use strict";

// A row of the tables and the arguments of a call → a request → the result.

/** @import { AccountContext, AccountGroup, AccountRow, Later as Given, Members } from "../internal" */

const { throwIfAborted } = require("../aborting");
const { Refusal, failure } = require("../errors/failure");
const { exposed } = require("../exposed");
const { CALL_MS } = require("../generated/limits");
const { uptime } = require("../host/clock");
const { invoke } = require("../invoke");
const { UNREADABLE, own } = require("../shape");
const { oneHandle } = require("../sign-in/one-handle");
const { optionsOf, signal, text } = require("../sign-in/options");
const { READ, parts, reader, text: textIn } = require("./answers");
const { membersFrom } = require("./arguments");
const { TABLES } = require("./tables");

/** @typedef {AccountRow & { send: string, items: string, token: string, each: (part: unknown) => unknown }} IteratedRow */

const { assign } = Object;

/** What an access token cannot be refused for without asking Cognito. */
const UNDECIDED = ["config", "keys-unavailable"];

/**
 * Checks the arguments: the request's members, and the options. One that is left out is undefined, whatever a prototype has under its
 * index.
 *
 * @param {AccountRow} row
 * @param {string} label
 * @param {readonly unknown[]} given
 * @returns {{ members: Members, options: any }}
 */
function requestOf(row, label, given) {
  const takes = row.takes ?? [];
  /** @type {Members} */
  const members = { __proto__: null };
  for (let index = 0; index < takes.length; index++) {
    const { 0: name, 1: check, 2: member } = takes[index];
    const value = check(own(given, index), name);
    if (member === undefined) assign(members, value);
    else members[member] = value;
  }
  const table = { signal, ...row.options };
  const options = optionsOf(own(given, takes.length), {
    call: label,
    table,
    neverUndefined: row.defined ?? [],
  });
  assign(members, membersFrom(options));
  assign(members, row.request?.(options, members));
  return { members, options };
}

/**
 * The call of a function that gives a promise.
 *
 * @param {AccountGroup} group
 * @param {string} name
 * @param {AccountContext} context
 * @param {readonly unknown[]} given
 * @returns {Given<any>}
 */
function run(group, name, context, given) {
  const row = TABLES[group][name];
  const label = group === "auth" ? name : `${group}.${name}`;
  const { members, options } = requestOf(row, label, given);
  if (group === "account") members.AccessToken = goodToken(context);
  const { send, read = READ.nothing } = row;
  return invoke(typeof send === "string" ? send : send(options), members, {
    operation: label,
    handleFor: context.handleFor,
    signal: options.signal,
    read: (answer) => read(answer, options),
  });
}

/**
 * The access token. If the pool's keys are there, Cognito is asked for good ones only.
 *
 * @param {AccountContext} context
 * @returns {string}
 */
function goodToken({ accessToken, accountVerifier }) {
  const token = text(accessToken, "accessToken");
  const verdict = verdictOn(token, accountVerifier);
  if (verdict instanceof Refusal && !UNDECIDED.includes(verdict.failure.reason)) throw verdict;
  return token;
}

/**
 * @param {string} token
 * @param {AccountContext["accountVerifier"]} accountVerifier
 * @returns {unknown}
 */
function verdictOn(token, accountVerifier) {
  try {
    const verifier = accountVerifier();
    // It would start to fetch keys that are not there.
    if (Number(own(verifier.keysStatus(), "keys")) > 0) return verifier.verifySync(token);
    return undefined;
  } catch (thrown) {
    if (thrown instanceof Refusal) return thrown;
    throw thrown;
  }
}

/**
 * The items of all pages. One page is held at a time, and the next one is fetched when it is used up. A step may need several pages, for
 * some are empty: it is over when a call's time has passed, however many there are.
 *
 * @param {AccountGroup} group
 * @param {string} name
 * @param {AccountContext} context
 * @param {readonly unknown[]} given
 * @returns {AsyncGenerator<any, void, void>}
 */
async function* iterate(group, name, context, given) {
  const row = /** @type {IteratedRow} */ (TABLES[group][name]);
  const label = `${group}.${name}`;
  /** What the first step finds: the application may change its objects later. */
  /** @type {ReturnType<typeof requestOf> | undefined} */
  let checked;
  /** @type {string | undefined} */
  let token;
  /** When the step began. */
  let begun = uptime();
  // A page's token belongs to the pool that it came from, whatever the environment says by the next page.
  const handleFor = oneHandle(context.handleFor);
  do {
    /** @type {{ items: any[], next: string | undefined }} */
    const { items, next } = await exposed(iterate, () => {
      checked ??= requestOf(row, label, given);
      const { members, options } = checked;
      const { keep = () => true, ...request } = /** @type {any} */ (members);
      if (token !== undefined) {
        request[row.token] = token;
        checkTime(label, uptime() - begun, context.callMs() ?? CALL_MS);
      }
      return invoke(row.send, request, {
        operation: label,
        handleFor,
        signal: options.signal,
        read: (answer) => page(answer, row, keep, token),
      });
    });
    for (let index = 0; index < items.length; index++) {
      yield items[index];
      begun = uptime();
      // A loop that deletes must not go on with the rest of the page.
      exposed(iterate, () => throwIfAborted(checked?.options.signal));
    }
    token = next;
  } while (token !== undefined);
}

/**
 * @param {string} label
 * @param {number} passed In milliseconds.
 * @param {number} limit
 */
function checkTime(label, passed, limit) {
  if (passed < limit) return;
  throw new Refusal(
    failure("timeout", `${label} found nothing within ${limit} ms`, {
      retryable: true,
      hint: "Cognito answers page after page with nothing in it that fits.",
    }),
  );
}

/**
 * @param {unknown} answer
 * @param {IteratedRow} row
 * @param {(item: unknown) => boolean} keep
 * @param {string | undefined} before The token of this page.
 */
function page(answer, { items: list, token: member, each }, keep, before) {
  const read = reader(() => {
    const all = parts(answer, list);
    const next = textIn(answer, member) || undefined;
    // A page that names itself would be read without end.
    if (next !== undefined && next === before) return UNREADABLE;
    return { items: all.filter(keep).map(each), next };
  });
  return read(answer);
}

module.exports = { iterate, run };
