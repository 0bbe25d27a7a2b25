"use strict";

// A forgotten password.

const { refusal } = require("../answers.js");
const { simulatedDelivery } = require("../codes.js");
const { countFailures, countRequest } = require("../hourly.js");
const { checkPassword } = require("../password-policy.js");
const { checkSecretHash } = require("../secret-hash.js");

/**
 * Verified addresses, in the order in which a pool without the setting AccountRecoverySetting prefers them, and the factor for which
 * each is not used at the same time (aws/aws-sdk-js-v3#7101).
 * https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AccountRecoverySettingType.html
 */
const ADDRESSES = [
  ["phone_number", "SMS_MFA"],
  ["email", "EMAIL_OTP"],
];

/** Sends the code for a new password, or throws. */
function sendResetCode({ codes }, user) {
  if (user.status === "FORCE_CHANGE_PASSWORD") throw refusal("resetImpossible");
  const [attribute] =
    ADDRESSES.find(
      ([name, factor]) =>
        user.attributes[`${name}_verified`] === "true" && !user.mfa.includes(factor),
    ) ?? [];
  if (attribute === undefined) throw refusal("resetNowhere");
  return codes.send(user, attribute, "password");
}

/** The user of a request, undefined where names are hidden. */
function userOf(state, { Username: username, SecretHash }) {
  checkSecretHash(state, username, SecretHash);
  const user = state.users.named(username);
  if (user === undefined && !state.settings.hideUnknownUsers) throw refusal("clientUserMissing");
  if (user?.enabled === false) throw refusal("userDisabled");
  return user;
}

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ForgotPassword.html */
function forgotPassword({ state, body }) {
  const user = userOf(state, body);
  if (user === undefined) return { CodeDeliveryDetails: simulatedDelivery(body.Username) };
  countRequest(state, user, "forgotPassword");
  return { CodeDeliveryDetails: sendResetCode(state, user) };
}

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ConfirmForgotPassword.html */
function confirmForgotPassword({ state, body }) {
  const { Password: password, ConfirmationCode: code } = body;
  const { settings, users, codes, attempts } = state;
  const user = userOf(state, body);
  if (user === undefined) throw refusal("codeWrong");
  if (user.status === "UNCONFIRMED") throw refusal("userUnconfirmed");
  checkPassword(settings, password);
  countFailures(state, user, "resetPassword", () => codes.take(user, "password", code));
  users.setPassword(user, password);
  attempts.succeeded(user);
  return {};
}

const INPUT = {
  ClientId: "ClientId*",
  SecretHash: "SecretHash",
  UserContextData: "Any",
  Username: "Username*",
  AnalyticsMetadata: "Any",
  ClientMetadata: "Map",
};
const OPERATION = { family: "recovery", signed: false, category: "UserAccountRecovery" };

module.exports = {
  sendResetCode,
  operations: {
    ForgotPassword: { ...OPERATION, input: INPUT, handle: forgotPassword },
    ConfirmForgotPassword: {
      ...OPERATION,
      input: { ...INPUT, ConfirmationCode: "Code*", Password: "Password*" },
      handle: confirmForgotPassword,
    },
  },
};
