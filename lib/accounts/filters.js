"use strict";

// Which users: the application's filter → Cognito's. It searches by one attribute.
// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ListUsers.html#CognitoUserPools-ListUsers-request-Filter

/** @import { Members } from "../internal" */

const { own } = require("../shape");
const { flag, object, refuse, text } = require("./arguments");

const { hasOwn, keys } = Object;

/** @param {string} value */
const quoted = (value) => `"${value.replace(/["\\]/g, "\\$&")}"`;

/**
 * @param {string} attribute
 * @param {string} operator
 */
const comparison =
  (attribute, operator) =>
  /**
   * @param {unknown} value
   * @param {string} name
   */
  (value, name) => ({ Filter: `${attribute} ${operator} ${quoted(text(value, name))}` });

/** What finds one user: the member that is compared here too. */
const EXACT = {
  __proto__: null,
  username: "Username",
  sub: "sub",
  email: "email",
  phone_number: "phone_number",
  preferred_username: "preferred_username",
};

/** Cognito sends a code to these, which proves that they are the user's. */
const PROVED = ["email", "phone_number"];

/** @type {Record<string, (value: unknown, name: string) => { Filter: string, keep?: (user: unknown) => boolean }>} */
const FILTERS = {
  username: comparison("username", "="),
  sub: comparison("sub", "="),
  email: comparison("email", "="),
  phone_number: comparison("phone_number", "="),
  preferred_username: comparison("preferred_username", "="),
  usernameStartsWith: comparison("username", "^="),
  emailStartsWith: comparison("email", "^="),
  phoneNumberStartsWith: comparison("phone_number", "^="),
  nameStartsWith: comparison("name", "^="),
  // Loops that delete rely on these two: emulators may ignore a filter.
  status: (value, name) => ({
    ...comparison("cognito:user_status", "=")(value, name),
    keep: (user) => own(user, "UserStatus") === value,
  }),
  enabled: (value, name) => ({
    Filter: `status = "${flag(value, name) ? "Enabled" : "Disabled"}"`,
    keep: (user) => own(user, "Enabled") === value,
  }),
};

/**
 * The one member of a filter, checked.
 *
 * @param {unknown} value
 * @param {object} known
 * @returns {{ name: string | undefined, value: unknown }}
 */
function only(value, known) {
  const members = object(value, "filter");
  const names = keys(members);
  if (names.length > 1) refuse("filter must have one member: Cognito searches by one attribute");
  if (names.length === 0) return { name: undefined, value: undefined };
  if (!hasOwn(known, names[0])) {
    refuse(`filter must have one of these members: ${keys(known).join(", ")}`);
  }
  return { name: names[0], value: members[names[0]] };
}

/**
 * For one user.
 *
 * @param {unknown} filter
 * @returns {Members}
 */
function oneUser(filter) {
  const { name, value } = only(filter, EXACT);
  if (name === undefined) return refuse("filter must have a member: an attribute of the user");
  const { Filter } = FILTERS[name](value, `filter.${name}`);
  return { Attribute: EXACT[/** @type {"sub"} */ (name)], Value: value, Filter };
}

/**
 * For any number of users: `keep` says which of those that Cognito gives are meant.
 *
 * @param {unknown} filter
 * @returns {{ Filter?: string, keep?: (user: unknown) => boolean }}
 */
function manyUsers(filter) {
  if (filter === undefined) return {};
  const { name, value } = only(filter, FILTERS);
  return name === undefined ? {} : FILTERS[name](value, `filter.${name}`);
}

/** @param {unknown} attribute */
const isProved = (attribute) => PROVED.includes(/** @type {string} */ (attribute));

module.exports = { isProved, manyUsers, oneUser };
