"use strict";

// The own account, by its access token.

const { accessTokenUser } = require("../access-token.js");
const { refusal } = require("../answers.js");
const { listOf } = require("../attributes.js");
const { countFailures, countRequest } = require("../hourly.js");
const { checkPassword } = require("../password-policy.js");
const { mfaOf } = require("../second-factors.js");
const {
  FACTOR_INPUT,
  VERIFIABLE,
  checkRemovable,
  removeAttributes,
  setFactors,
  writeAttributes,
} = require("./changes.js");

/** An operation of the access token's user. */
const operation = (category, input, run) => ({
  family: "account",
  signed: false,
  category,
  input: { ...input, AccessToken: "Token*" },
  handle: ({ state, body }) => run(state, accessTokenUser(state, body.AccessToken), body),
});

const getUser = (_state, user) => ({
  Username: user.username,
  UserAttributes: listOf(user.attributes),
  ...mfaOf(user),
});

/** The previous password is optional in the model alone: users with a password must give it (measured by the authors of ministack). */
function changePassword(state, user, { PreviousPassword, ProposedPassword }) {
  if (user.password !== undefined && PreviousPassword === undefined) {
    throw refusal("parameterMissing", { parameter: "OldPassword" });
  }
  countFailures(state, user, "changePassword", () => {
    if (user.password !== PreviousPassword) throw refusal("badCredentials");
  });
  checkPassword(state.settings, ProposedPassword);
  state.users.setPassword(user, ProposedPassword);
  return {};
}

const updateAttributes = (state, user, { UserAttributes }) => ({
  CodeDeliveryDetailsList: writeAttributes(state, user, UserAttributes),
});

function deleteAttributes(state, user, { UserAttributeNames: names }) {
  checkRemovable(names, false);
  removeAttributes(state, user, names);
  return {};
}

function checkVerifiable({ attributes }, attribute) {
  if (VERIFIABLE.includes(attribute) && attributes[attribute] !== undefined) return;
  throw refusal("attributeUnverifiable", { attribute });
}

function sendAttributeCode(state, user, { AttributeName: name }) {
  const { codes } = state;
  checkVerifiable(user, name);
  countRequest(state, user, `send:${name}`);
  return { CodeDeliveryDetails: codes.send(user, name, `attribute:${name}`) };
}

function verifyAttribute(state, user, { AttributeName: name, Code: code }) {
  checkVerifiable(user, name);
  countFailures(state, user, `verify:${name}`, () =>
    state.codes.take(user, `attribute:${name}`, code),
  );
  state.users.verify(user, name);
  return {};
}

function deleteUser({ users }, { username }) {
  users.delete(username);
  return {};
}

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_GetUser.html, and each one's page. */
module.exports = {
  GetUser: operation("UserRead", {}, getUser),
  ChangePassword: operation(
    "UserAccountRecovery",
    { PreviousPassword: "Password", ProposedPassword: "Password*" },
    changePassword,
  ),
  UpdateUserAttributes: operation(
    "UserUpdate",
    { UserAttributes: "Attributes*", ClientMetadata: "Map" },
    updateAttributes,
  ),
  DeleteUserAttributes: operation(
    "UserUpdate",
    { UserAttributeNames: "AttributeNames*" },
    deleteAttributes,
  ),
  GetUserAttributeVerificationCode: operation(
    "UserResourceRead",
    { AttributeName: "AttributeName*", ClientMetadata: "Map" },
    sendAttributeCode,
  ),
  VerifyUserAttribute: operation(
    "UserUpdate",
    { AttributeName: "AttributeName*", Code: "Code*" },
    verifyAttribute,
  ),
  DeleteUser: operation("UserUpdate", {}, deleteUser),
  SetUserMFAPreference: operation("UserResourceUpdate", FACTOR_INPUT, setFactors),
};
