"use strict";

// Cognito's answers → plain objects with Dates. What is not of the documented form makes the whole answer unreadable.

/** @import { Members } from "../internal" */

const { isPart, textOf } = require("../answers");
const { UNREADABLE, append, own } = require("../shape");
const { redacted } = require("../sign-in/steps");

const { isArray } = Array;
const { fromEntries } = Object;
const RealDate = Date;

/** A part that is not there, in the place of undefined. */
class Unreadable {}

/**
 * What `read` makes of an answer; `UNREADABLE` if it finds that it cannot.
 *
 * @template Value
 * @param {(answer: unknown) => Value} read
 */
const reader =
  (read) =>
  /** @param {unknown} answer */
  (answer) => {
    try {
      return read(answer);
    } catch (thrown) {
      if (thrown instanceof Unreadable) return UNREADABLE;
      throw thrown;
    }
  };

/**
 * A member that must be there.
 *
 * @template Value
 * @param {Value | undefined} value
 * @returns {Value}
 */
function needed(value) {
  if (value === undefined) throw new Unreadable();
  return value;
}

/**
 * @param {unknown} part
 * @param {string} name
 * @returns {string | undefined}
 */
function text(part, name) {
  const value = textOf(part, name);
  if (value === UNREADABLE) throw new Unreadable();
  return /** @type {string | undefined} */ (value);
}

/**
 * A member of a type.
 *
 * @param {unknown} part
 * @param {string} name
 * @param {"boolean" | "number"} type
 */
function scalar(part, name, type) {
  const value = own(part, name) ?? undefined;
  if (value !== undefined && typeof value !== type) throw new Unreadable();
  return value;
}

/**
 * Seconds since 1970 as a Date, of the class that is global now: fake clocks replace it.
 *
 * @param {unknown} part
 * @param {string} name
 * @returns {Date | undefined}
 */
function date(part, name) {
  const seconds = scalar(part, name, "number");
  if (seconds === undefined) return undefined;
  const time = Math.round(seconds * 1000);
  if (!(Math.abs(time) <= 8.64e15)) throw new Unreadable();
  try {
    return new Date(time);
  } catch {
    return new RealDate(time);
  }
}

/**
 * A list of objects; an empty one if it is missing.
 *
 * @param {unknown} part
 * @param {string} name
 * @returns {Members[]}
 */
function parts(part, name) {
  const items = own(part, name) ?? [];
  if (!isArray(items) || !items.every(isPart)) throw new Unreadable();
  return items;
}

/**
 * The object without the members that are undefined.
 *
 * @template {object} Target
 * @param {Target} target
 * @returns {Target}
 */
function compact(target) {
  for (const name of /** @type {(keyof Target)[]} */ (Object.keys(target))) {
    if (target[name] === undefined) delete target[name];
  }
  return target;
}

/**
 * @param {unknown} part
 * @param {string} name
 * @returns {Record<string, string>}
 */
function attributes(part, name) {
  const entry = (/** @type {Members} */ item) => [
    needed(text(item, "Name")),
    text(item, "Value") ?? "",
  ];
  return fromEntries(parts(part, name).map(entry));
}

/**
 * A user. Only AdminGetUser and GetUser tell of second factors.
 *
 * @param {unknown} part
 */
function user(part) {
  if (!isPart(part)) throw new Unreadable();
  const isWhole = own(part, "UserAttributes") !== undefined;
  const all = attributes(part, isWhole ? "UserAttributes" : "Attributes");
  return compact({
    username: needed(text(part, "Username")),
    sub: needed(/** @type {string | undefined} */ (own(all, "sub"))),
    attributes: all,
    enabled: scalar(part, "Enabled", "boolean"),
    status: text(part, "UserStatus"),
    createdAt: date(part, "UserCreateDate"),
    updatedAt: date(part, "UserLastModifiedDate"),
    mfa: isWhole ? mfa(part) : undefined,
  });
}

/** @param {unknown} part */
function mfa(part) {
  const enabled = own(part, "UserMFASettingList") ?? [];
  if (!isArray(enabled) || !enabled.every((factor) => typeof factor === "string")) {
    throw new Unreadable();
  }
  return compact({ enabled, preferred: text(part, "PreferredMfaSetting") });
}

/** @param {unknown} part */
function group(part) {
  if (!isPart(part)) throw new Unreadable();
  return compact({
    name: needed(text(part, "GroupName")),
    description: text(part, "Description"),
    precedence: scalar(part, "Precedence", "number"),
    roleArn: text(part, "RoleArn"),
    createdAt: date(part, "CreationDate"),
    updatedAt: date(part, "LastModifiedDate"),
  });
}

/**
 * Where a code was sent; undefined if Cognito does not say.
 *
 * @param {unknown} details
 */
function sent(details) {
  if (details === undefined || details === null) return undefined;
  if (!isPart(details)) throw new Unreadable();
  return compact({
    to: needed(text(details, "Destination")),
    by: needed(text(details, "DeliveryMedium")),
    attribute: text(details, "AttributeName"),
  });
}

/** @param {unknown} answer */
const signedUp = (answer) =>
  compact({
    sub: needed(text(answer, "UserSub")),
    confirmed: scalar(answer, "UserConfirmed", "boolean") ?? false,
    sent: sent(own(answer, "CodeDeliveryDetails")),
  });

/** @param {unknown} answer */
const totp = (answer) =>
  redacted({ secret: needed(text(answer, "Secret")), uri: needed(text(answer, "Uri")) }, [
    "secret",
    "uri",
  ]);

/**
 * The options of a new passkey, as they are: a document of WebAuthn's.
 *
 * @param {unknown} answer
 */
function passkeyOptions(answer) {
  const options = own(answer, "CredentialCreationOptions");
  if (!isPart(options)) throw new Unreadable();
  return options;
}

/** @param {unknown} part */
const passkey = (part) =>
  compact({
    id: needed(text(part, "CredentialId")),
    name: text(part, "FriendlyCredentialName"),
    relyingPartyId: needed(text(part, "RelyingPartyId")),
    createdAt: needed(date(part, "CreatedAt")),
  });

/**
 * @param {(part: unknown) => unknown} of
 * @param {string} name
 */
const each =
  (of, name) =>
  /** @param {unknown} answer */
  (answer) => {
    /** @type {any[]} */
    const items = [];
    for (const part of parts(answer, name)) append(items, of(part));
    return items;
  };

/**
 * @param {(part: unknown) => unknown} of
 * @param {string} name
 */
const member = (of, name) => (/** @type {unknown} */ answer) => of(own(answer, name));

const READ = {
  user: reader(user),
  createdUser: reader(member(user, "User")),
  group: reader(member(group, "Group")),
  groups: reader(each(group, "Groups")),
  users: reader(each(user, "Users")),
  sent: reader(member(sent, "CodeDeliveryDetails")),
  sentList: reader(each(sent, "CodeDeliveryDetailsList")),
  signedUp: reader(signedUp),
  totp: reader(totp),
  passkeyOptions: reader(passkeyOptions),
  passkeys: reader(each(passkey, "Credentials")),
  nothing: () => undefined,
  all: (/** @type {unknown} */ answer) => answer,
};

module.exports = { READ, group, parts, reader, text, user };
