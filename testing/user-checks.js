"use strict";

// What a user of the pool must look like: the users that a test adds, and those that it has changed.

const { Mistake } = require("./answers.js");
const { isEmail, isFlagText, isInSchema, isPhoneNumber } = require("./attributes.js");
const { isBase32 } = require("./totp.js");

/** Attribute → what its value must be, and the words for it. */
const FORMS = [
  ["sub", (value) => value !== "", "a string that is not empty"],
  ["email", isEmail, "an e-mail address"],
  ["phone_number", isPhoneNumber, "a phone number: + and 1 to 15 digits"],
  ["email_verified", isFlagText, '"true" or "false"'],
  ["phone_number_verified", isFlagText, '"true" or "false"'],
];

/** Factor → the attribute that its codes are sent to. */
const ADDRESSES = { SMS_MFA: "phone_number", EMAIL_OTP: "email" };

/** What is wrong with a user of the pool, one after the other, in words that begin with the member's name. */
function* faultsOf(user, { requiredAttributes }) {
  const { attributes, mfa, status, password, temporaryPassword, totpSecret } = user;
  for (const name of Object.keys(attributes)) {
    if (!isInSchema(name)) {
      yield `attributes.${name} is not an attribute: there are the standard ones, and custom:…`;
    }
  }
  for (const [name, hasForm, words] of FORMS) {
    const value = attributes[name];
    if (value !== undefined && !hasForm(value)) yield `attributes.${name} is not ${words}`;
  }
  for (const factor of mfa) {
    const address = ADDRESSES[factor];
    if (address !== undefined && attributes[address] === undefined) {
      yield `mfa: ${factor} needs attributes.${address}`;
    }
  }
  if (mfa.includes("SOFTWARE_TOKEN_MFA") && !isBase32(totpSecret ?? "")) {
    yield "mfa: SOFTWARE_TOKEN_MFA needs a totpSecret";
  }
  // Users who were invited give it with their new password, and those whose password an administrator has set never do.
  const missing = requiredAttributes.find((name) => attributes[name] === undefined);
  if (status === "UNCONFIRMED" && missing !== undefined) {
    yield `attributes.${missing} is missing: with requiredAttributes, nobody signs up without it`;
  }
  if (status === "FORCE_CHANGE_PASSWORD" && temporaryPassword === undefined) {
    yield "temporaryPassword is missing: a user with status FORCE_CHANGE_PASSWORD has one";
  }
  if (status === "CONFIRMED" && temporaryPassword !== undefined && password === undefined) {
    yield "password is missing: a temporaryPassword is for status FORCE_CHANGE_PASSWORD";
  }
}

/** Throws unless the members of a user fit each other. `place` is said in front. */
function checkWhole(user, place, settings) {
  const [fault] = faultsOf(user, settings);
  if (fault !== undefined) throw new Mistake(`${place}: ${fault}`);
}

module.exports = { ADDRESSES, checkWhole };
