"use strict";

// The arguments of the functions for accounts and administration → members of a request. A value is never shown.

/** @import { Members } from "../internal" */

const { read } = require("../host/json");
const { PLAIN } = require("../settings/options");
const { append, dataOf, isPlainObject, membersOf } = require("../shape");
const { list, plainData, refuse, text, texts, visitor } = require("../sign-in/options");

const { hasOwn, keys } = Object;

/** Attributes in Cognito's form. */
/**
 * @param {Record<string, string>} values
 * @returns {Members[]}
 */
const pairs = (values) => {
  /** @type {Members[]} */
  const items = [];
  for (const name of keys(values)) append(items, { Name: name, Value: values[name] });
  return items;
};

/**
 * A code as people copy it, with blanks around.
 *
 * @param {unknown} value
 * @param {string} name
 */
const code = (value, name) => text(text(value, name).trim(), name);

/**
 * A text that takes the place of another one, and may be empty for that.
 *
 * @param {unknown} value
 * @param {string} name
 */
const textOrNone = (value, name) => (value === "" ? value : text(value, name));

/**
 * @param {unknown} value
 * @param {string} name
 */
function flag(value, name) {
  if (typeof value !== "boolean") refuse(`${name} must be true or false`);
  return value;
}

/**
 * @param {unknown} value
 * @param {string} name
 */
function wholeNumber(value, name) {
  if (!Number.isSafeInteger(value) || Number(value) < 0) {
    refuse(`${name} must be a whole number that is not negative`);
  }
  return value;
}

/**
 * One of some values.
 *
 * @param {unknown[]} values
 * @param {string} words
 */
const oneOf =
  (values, words) =>
  /**
   * @param {unknown} value
   * @param {string} name
   */
  (value, name) => {
    if (!values.includes(value)) refuse(`${name} must be ${words}`);
    return value;
  };

/**
 * @param {unknown} value
 * @param {string} name
 */
function object(value, name) {
  return membersOf(value) ?? refuse(`${name} must be ${PLAIN}`);
}

/**
 * A user's attributes. Those that are undefined are left out.
 *
 * @param {unknown} value
 * @param {string} name
 * @returns {Record<string, string>}
 */
function attributes(value, name) {
  const members = object(value, name);
  for (const member of keys(members)) {
    if (members[member] === undefined) delete members[member];
    else members[member] = attributeText(members[member], member, name);
  }
  return /** @type {Record<string, string>} */ (members);
}

/**
 * Attributes to set, and to delete: those that are null.
 *
 * @param {unknown} value
 * @param {string} name
 */
function changes(value, name) {
  const members = object(value, name);
  if (keys(members).length === 0) refuse(`${name} must have at least one attribute`);
  for (const member of keys(members)) {
    // Cognito deletes an attribute that is sent blank.
    members[member] =
      members[member] === null ? "" : attributeText(members[member], member, name, ", or null");
  }
  return pairs(/** @type {Record<string, string>} */ (members));
}

/**
 * @param {unknown} value
 * @param {string} attribute
 * @param {string} name
 * @param {string} [or]
 */
function attributeText(value, attribute, name, or = "") {
  // The name may be the application's user's as well.
  if (!/^[\p{L}\p{M}\p{S}\p{N}\p{P}]{1,128}$/u.test(attribute)) {
    refuse(`${name} has a name that no attribute has`);
  }
  if (typeof value !== "string") {
    return refuse(`${name}["${attribute}"] must be a string${or}: attributes are texts`);
  }
  if (or !== "" && value === "") {
    refuse(`${name}["${attribute}"] must not be empty: null deletes an attribute`);
  }
  if (!value.isWellFormed()) refuse(`${name}["${attribute}"] must not have lone surrogates`);
  return value;
}

/** Who may set them decides about access, or they are proved by a code. */
const isGuarded = (/** @type {string} */ name) =>
  name.startsWith("custom:") || name === "email_verified" || name === "phone_number_verified";

/**
 * Refuses attributes that users may not set just because a form has them.
 *
 * @param {readonly Members[]} changed
 * @param {readonly string[]} allowed
 */
function checkAllowed(changed, allowed) {
  for (let index = 0; index < changed.length; index++) {
    const name = /** @type {string} */ (changed[index].Name);
    if (isGuarded(name) && !allowed.includes(name)) {
      refuse(`The attribute ${name} must be named in the option allow`);
    }
  }
}

const FACTORS = {
  __proto__: null,
  totp: "SoftwareTokenMfaSettings",
  sms: "SMSMfaSettings",
  email: "EmailMfaSettings",
};
const howAsked = oneOf([true, false, "preferred"], 'true, false or "preferred"');

/**
 * Second factors, as their operations take them.
 *
 * @param {unknown} value
 * @param {string} name
 * @returns {Members}
 */
function factors(value, name) {
  const members = object(value, name);
  /** @type {Members} */
  const settings = { __proto__: null };
  for (const factor of keys(members)) {
    if (!hasOwn(FACTORS, factor)) refuse(`${name} must have no members but totp, sms and email`);
    const as = FACTORS[/** @type {"totp"} */ (factor)];
    const how = howAsked(members[factor], `${name}.${factor}`);
    settings[as] = { Enabled: how !== false, PreferredMfa: how === "preferred" };
  }
  if (keys(settings).length === 0) refuse(`${name} must have totp, sms or email`);
  return settings;
}

/** The names of operations, as AWS forms them. */
const OPERATION = /^[A-Z][A-Za-z]{2,63}$/;

/** @param {unknown} value */
function operation(value) {
  if (typeof value === "string" && OPERATION.test(value)) return value;
  return refuse("operation must be the name of an operation of Cognito's API, such as ListUsers");
}

/**
 * @param {unknown} value
 * @param {string} name
 */
function parameters(value, name) {
  if (value === undefined) return {};
  object(value, name);
  const data = dataOf(value);
  return data ?? refuse(`${name} must be what JSON can have, with own members only`);
}

/**
 * What a browser made of a passkey: an object, or its JSON.
 *
 * @param {unknown} value
 * @param {string} name
 */
function credential(value, name) {
  const given = typeof value === "string" ? read(text(value, name)) : value;
  const copy = isPlainObject(given) ? plainData(given, name) : undefined;
  return copy ?? refuse(`${name} must be what navigator.credentials.create() gave, or its JSON`);
}

/** How options are sent whose name is another one there, or whose form. */
const MEMBERS = {
  __proto__: null,
  attributes: ["UserAttributes", pairs],
  clientMetadata: ["ClientMetadata"],
  description: ["Description"],
  deviceName: ["FriendlyDeviceName"],
  otherPool: ["OtherPool"],
  precedence: ["Precedence"],
  roleArn: ["RoleArn"],
  unlisted: ["Unlisted"],
  validationData: ["ValidationData", pairs],
  visitor: [
    "UserContextData",
    /** @param {Members} visitor */
    ({ Ip, EncodedData }) => ({ IpAddress: Ip, EncodedData }),
  ],
};

/**
 * The members that options stand for. Others are the row's affair.
 *
 * @param {Members} options
 * @returns {Members}
 */
function membersFrom(options) {
  /** @type {Members} */
  const members = { __proto__: null };
  for (const name of keys(options)) {
    if (!hasOwn(MEMBERS, name)) continue;
    const row = /** @type {[string, ((value: any) => unknown)?]} */ (
      MEMBERS[/** @type {"visitor"} */ (name)]
    );
    members[row[0]] = row.length === 1 ? options[name] : row[1]?.(options[name]);
  }
  return members;
}

module.exports = {
  attributes,
  changes,
  checkAllowed,
  code,
  credential,
  factors,
  flag,
  list,
  membersFrom,
  object,
  oneOf,
  operation,
  parameters,
  refuse,
  text,
  textOrNone,
  texts,
  visitor,
  wholeNumber,
};
