"use strict";

// Changes of users' attributes and second factors, by users and by administrators.

const { refusal } = require("../answers.js");
const { attributesOf, blanksOf, checkAttributes, checkCustom } = require("../attributes.js");
const { FACTORS } = require("../options.js");
const { ADDRESSES } = require("../user-checks.js");

/** Attributes that are verified by a code. */
const VERIFIABLE = ["email", "phone_number"];

/** Throws unless every alias among these attributes is free. An address that a user has becomes one as it is marked as verified. */
function checkAliases({ users, settings }, user, attributes) {
  for (const attribute of settings.aliases) {
    const isVerified = attributes[verifiedName(attribute)] === "true";
    const value = attributes[attribute] ?? (isVerified ? user?.attributes[attribute] : undefined);
    if (value !== undefined && users.ownerOfAlias(user, attribute, value) !== undefined) {
      throw refusal("aliasExists", { attribute });
    }
  }
}

/**
 * Deletes attributes; an address takes its verification with it. One that is required stays, in the words for one that is missing at
 * sign-up: nobody has quoted others.
 */
function removeAttributes({ users, settings }, user, names) {
  const required = settings.requiredAttributes.filter((name) => names.includes(name));
  if (required.length > 0) checkAttributes({}, { required });
  const gone = [...names, ...VERIFIABLE.filter((name) => names.includes(name)).map(verifiedName)];
  user.attributes = Object.fromEntries(
    Object.entries(user.attributes).filter(([name]) => !gone.includes(name)),
  );
  // A code has nowhere to go then. AWS does not document what becomes of the factor.
  user.mfa = user.mfa.filter((factor) => !names.includes(ADDRESSES[factor]));
  if (!user.mfa.includes(user.preferredMfa)) user.preferredMfa = undefined;
  users.touch(user);
}
const verifiedName = (name) => `${name}_verified`;

/** Throws unless these names of attributes may be deleted. */
const checkRemovable = (names, byAdmin) =>
  checkAttributes(Object.fromEntries(names.map((name) => [name, undefined])), { byAdmin });

/**
 * Writes a request's list of attributes; a blank value deletes. An address that has changed is verified no longer, unless an
 * administrator says that it is, and gets a code: the details of those.
 */
function writeAttributes(state, user, list, { byAdmin = false } = {}) {
  const { users, codes } = state;
  const attributes = attributesOf(list);
  const blanks = blanksOf(list);
  checkAttributes(attributes, { byAdmin });
  checkRemovable(blanks, byAdmin);
  checkAliases(state, user, attributes);
  checkCustom(
    Object.keys({ ...user.attributes, ...attributes }).filter((name) => !blanks.includes(name)),
  );
  const changed = VERIFIABLE.filter(
    (name) => attributes[name] !== undefined && attributes[name] !== user.attributes[name],
  );
  if (blanks.length > 0) removeAttributes(state, user, blanks);
  const verified = Object.fromEntries(changed.map((name) => [verifiedName(name), "false"]));
  Object.assign(user.attributes, verified, attributes);
  users.touch(user);
  return changed
    .filter((name) => user.attributes[verifiedName(name)] !== "true")
    .map((name) => codes.send(user, name, `attribute:${name}`));
}

/** Member of a request → the factor that it sets, and the attribute that the factor's codes go to. */
const SETTINGS = {
  SMSMfaSettings: ["SMS_MFA", "phone_number"],
  SoftwareTokenMfaSettings: ["SOFTWARE_TOKEN_MFA"],
  EmailMfaSettings: ["EMAIL_OTP", "email"],
};

/** Throws unless the user has what the factor needs: an address, or an authenticator app that has shown a code. */
function checkFactor({ users }, user, { factor, address, byAdmin }) {
  const isApp = factor === "SOFTWARE_TOKEN_MFA";
  if ((isApp ? user.totpSecret : user.attributes[address]) !== undefined) return;
  if (!isApp || byAdmin) throw refusal("factorUndeliverable", { factor });
  throw refusal(users.recordOf(user).offeredSeed === undefined ? "totpUnset" : "totpUnverified");
}

/** Sets a user's factors: what a request leaves out stays as it is. */
function setFactors(state, user, body, { byAdmin = false } = {}) {
  const on = new Set(user.mfa);
  let preferred = user.preferredMfa;
  for (const [member, [factor, address]] of Object.entries(SETTINGS)) {
    if (body[member] === undefined) continue;
    const { Enabled = false, PreferredMfa = false } = body[member];
    if (Enabled) checkFactor(state, user, { factor, address, byAdmin });
    if (Enabled) on.add(factor);
    else on.delete(factor);
    if (Enabled && PreferredMfa) preferred = factor;
    else if (preferred === factor) preferred = undefined;
  }
  if (body.WebAuthnMfaSettings !== undefined) {
    state.users.recordOf(user).passkeyMfa = body.WebAuthnMfaSettings.Enabled ?? false;
  }
  user.mfa = FACTORS.filter((factor) => on.has(factor));
  user.preferredMfa = preferred;
  state.users.touch(user);
  return {};
}

/** The members of both operations that set factors. */
const FACTOR_INPUT = {
  SMSMfaSettings: "Preference",
  SoftwareTokenMfaSettings: "Preference",
  EmailMfaSettings: "Preference",
  WebAuthnMfaSettings: "PasskeyPreference",
};

module.exports = {
  FACTOR_INPUT,
  VERIFIABLE,
  checkAliases,
  checkRemovable,
  removeAttributes,
  setFactors,
  writeAttributes,
};
