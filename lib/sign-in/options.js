"use strict";

// The arguments of the functions that sign in and out. A value is never shown.

/** @import { Members } from "../internal" */

const { Refusal, failure } = require("../errors/failure");
const { ARGUMENT_CHARACTERS } = require("../generated/limits");
const { NO_TIME, timeNow } = require("../host/clock");
const { write } = require("../host/json");
const { PLAIN, fail } = require("../settings/options");
const { UNREADABLE, append, dataOf, membersOf, readable } = require("../shape");

const { hasOwn, keys } = Object;
const { isArray } = Array;
const { max, min, trunc } = Math;

/** The latest time that a Date can have. */
const LAST_MILLISECOND = 8.64e15;

/**
 * @param {string} message
 * @returns {never}
 */
function refuse(message) {
  throw new Refusal(failure("invalid-argument", message));
}

/**
 * A text that the application's user may have given.
 *
 * @param {unknown} value
 * @param {string} name
 * @returns {string}
 */
function text(value, name) {
  if (typeof value !== "string" || value === "")
    refuse(`${name} must be a string that is not empty`);
  if (value.length > ARGUMENT_CHARACTERS) {
    refuse(`${name} must be a string of at most ${ARGUMENT_CHARACTERS} characters`);
  }
  if (!value.isWellFormed()) refuse(`${name} must be a string without lone surrogates`);
  return value;
}

/**
 * A copy of plain data, which may be as long as its JSON text may be. Undefined if it is something else.
 *
 * @param {unknown} value
 * @param {string} name
 * @returns {any}
 */
function plainData(value, name) {
  const copy = dataOf(value);
  if (copy !== undefined) text(write(copy), `${name} as JSON`);
  return copy;
}

/**
 * A text of a request, which may be empty: undefined stands for none.
 *
 * @param {unknown} value
 * @param {string} name
 */
const optional = (value, name) => (value === "" ? undefined : text(value, name));

/** The time, in whole milliseconds since 1970, as the native side takes it. */
function now() {
  const time = timeNow();
  if (Number.isNaN(time)) throw new Refusal(NO_TIME);
  return trunc(max(0, min(time, LAST_MILLISECOND)));
}

/**
 * A plain object of texts.
 *
 * @param {unknown} value
 * @param {string} name
 * @returns {Record<string, string>}
 */
function texts(value, name) {
  const members = membersOf(value);
  if (members === undefined) return refuse(`${name} must be ${PLAIN}`);
  for (const member of keys(members)) {
    if (members[member] === undefined) delete members[member];
    else if (typeof members[member] !== "string") refuse(`${name} must have strings only`);
    else if (!member.isWellFormed() || !members[member].isWellFormed()) {
      refuse(`${name} must not have lone surrogates`);
    }
  }
  return /** @type {Record<string, string>} */ (members);
}

/**
 * A list of texts.
 *
 * @param {unknown} value
 * @param {string} name
 */
function list(value, name) {
  if (!isArray(value)) return refuse(`${name} must be a list of strings`);
  return value.map((item) => text(item, name));
}

/** The headers that Cognito's threat protection looks at. Cookies and authorizations are nobody else's. */
const SENT_HEADER = /^(?:user-agent|accept(?:-[a-z-]+)?|x-forwarded-for|cloudfront-[a-z-]+)$/i;

/**
 * @param {unknown} value
 * @param {string} name
 */
function headers(value, name) {
  const members = membersOf(value);
  if (members === undefined) return refuse(`${name} must be ${PLAIN}`);
  /** @type {[string, string][]} */
  const sent = [];
  for (const header of keys(members)) {
    const given = SENT_HEADER.test(header) ? readable(members[header]) : undefined;
    if (given === undefined) continue;
    const values = isArray(given) ? given : [given];
    for (let index = 0; index < values.length; index++) {
      if (values[index] === "") continue;
      append(sent, [header, text(values[index], `${name}["${header}"]`)]);
    }
  }
  return sent;
}

/** @typedef {Record<string, (value: unknown, name: string) => unknown>} Table */

/** @type {Table} */
const VISITOR = { ip: text, encodedData: optional, host: optional, path: optional, headers };

/**
 * As the native side takes it.
 *
 * @param {unknown} value
 * @param {string} name
 */
function visitor(value, name) {
  const members = read(value, VISITOR, name);
  if (members.ip === undefined) refuse(`${name} must have the visitor's IP address: ip`);
  const { ip, encodedData, host, path, headers: sent } = members;
  return { Ip: ip, EncodedData: encodedData, Host: host, Path: path, Headers: sent };
}

/** @param {unknown} value */
const signal = (value) => {
  if (value === UNREADABLE) {
    fail("option signal must be an AbortSignal, not a getter or a hidden property");
  }
  return value;
};

/** Any value is one, and what is no text opens nothing: a browser that has no cookie is told what every other one is told. */
/** @param {unknown} value */
const anyBinding = (value) =>
  typeof value === "string" && value.length <= ARGUMENT_CHARACTERS && value.isWellFormed()
    ? value
    : "";

/** @type {{ __proto__?: null, call: string, table: Table, neverUndefined?: readonly string[] }} */
const AT_SIGN_IN = {
  __proto__: null,
  call: "signIn",
  table: { signal, clientMetadata: texts, authFlow: text, prefer: text, visitor },
};
/** @type {typeof AT_SIGN_IN} */
const AT_START_SIGN_IN = { __proto__: null, ...AT_SIGN_IN, call: "startSignIn" };
/** @type {typeof AT_SIGN_IN} */
const AT_ANSWER = {
  __proto__: null,
  call: "answer",
  table: {
    signal,
    clientMetadata: texts,
    visitor,
    password: text,
    attributes: texts,
    allow: list,
    email: text,
  },
  neverUndefined: ["password", "email"],
};
/** @type {typeof AT_SIGN_IN} */
const AT_ANSWER_RAW = {
  __proto__: null,
  call: "answerRaw",
  table: { signal, clientMetadata: texts, visitor },
};
/** @type {typeof AT_SIGN_IN} */
const AT_REFRESH = {
  __proto__: null,
  call: "refresh",
  table: { signal, clientMetadata: texts, deviceKey: text },
};
/** @type {typeof AT_SIGN_IN} */
const AT_SIGN_OUT = { __proto__: null, call: "signOut", table: { signal } };
/** @type {typeof AT_SIGN_IN} */
const AT_SAVE = {
  __proto__: null,
  call: "save",
  table: { binding: text },
  neverUndefined: ["binding"],
};
/** @type {typeof AT_SIGN_IN} */
const AT_RESUME = {
  __proto__: null,
  call: "resume",
  table: { binding: anyBinding },
  neverUndefined: ["binding"],
};

/**
 * The options of a call, checked, on an object that inherits none.
 *
 * @param {unknown} options
 * @param {typeof AT_SIGN_IN} at
 * @returns {any}
 */
function optionsOf(options, { call, table, neverUndefined = [] }) {
  if (options === undefined) return { __proto__: null };
  const members = membersOf(options, table);
  if (members === undefined) return fail(`The options of ${call} must be ${PLAIN}`);
  for (const name of keys(members)) {
    if (!hasOwn(table, name)) {
      fail(`${call} has no option ${name}; there are: ${keys(table).join(", ")}`);
    }
  }
  return read(options, table, "option", neverUndefined);
}

/**
 * The members of a plain object, each as its row of the table has it. Others are left out.
 *
 * @param {unknown} value
 * @param {Table} table
 * @param {string} name
 * @param {readonly string[]} [neverUndefined]
 * @returns {Members}
 */
function read(value, table, name, neverUndefined = []) {
  const members = membersOf(value, table);
  if (members === undefined) return refuse(`${name} must be ${PLAIN}`);
  /** @type {Members} */
  const checked = { __proto__: null };
  for (const member of keys(table)) {
    if (!hasOwn(members, member)) continue;
    const given = members[member];
    if (given === undefined && !neverUndefined.includes(member)) continue;
    const label = name === "option" ? `option ${member}` : `${name}.${member}`;
    checked[member] = table[member](member === "signal" ? given : readable(given), label);
  }
  return checked;
}

module.exports = {
  AT_ANSWER,
  AT_ANSWER_RAW,
  AT_REFRESH,
  AT_RESUME,
  AT_SAVE,
  AT_SIGN_IN,
  AT_SIGN_OUT,
  AT_START_SIGN_IN,
  list,
  now,
  optionsOf,
  plainData,
  refuse,
  signal,
  text,
  texts,
  visitor,
};
