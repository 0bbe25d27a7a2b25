"use strict";

// Administration of users.

const crypto = require("node:crypto");
const { refusal } = require("../answers.js");
const { attributesOf, checkAttributes, listOf } = require("../attributes.js");
const { checkPassword } = require("../password-policy.js");
const { mfaOf } = require("../second-factors.js");
const { endSignIns } = require("../tokens.js");
const {
  FACTOR_INPUT,
  VERIFIABLE,
  checkAliases,
  checkRemovable,
  removeAttributes,
  setFactors,
  writeAttributes,
} = require("./changes.js");
const { sendResetCode } = require("./recovery.js");

const subOf = ({ attributes: { sub } }) => sub;

const inSeconds = (milliseconds) => milliseconds / 1000;

/** What all operations show of a user. */
function stateOf(users, user) {
  const { createdAt, modifiedAt } = users.recordOf(user);
  return {
    Enabled: user.enabled,
    UserCreateDate: inSeconds(createdAt),
    UserLastModifiedDate: inSeconds(modifiedAt),
    Username: user.username,
    UserStatus: user.status,
  };
}

/** A user as lists have it. */
const userType = (users, user) => ({
  ...stateOf(users, user),
  Attributes: listOf(user.attributes),
});

/** An operation of the user whom an administrator names. */
const operation = (category, input, run) => ({
  family: "users",
  signed: true,
  category,
  input: { UserPoolId: "UserPoolId*", Username: "Username*", ...input },
  handle: ({ state, body }) => run(state, state.users.existing(body.Username), body) ?? {},
});

const getUser = ({ users }, user) => ({
  ...stateOf(users, user),
  ...mfaOf(user),
  UserAttributes: listOf(user.attributes),
});

const MEDIA = { SMS: "phone_number", EMAIL: "email" };

/** A password that conforms to every policy. */
const newTemporaryPassword = ({ passwordPolicy }) =>
  `Aa1!${crypto
    .randomBytes(99)
    .toString("base64url")
    .slice(0, Math.max(passwordPolicy.minimumLength, 12) - 4)}`;

/** Sends the invitation by each medium that the user has an address for: by SMS alone unless the request says otherwise. */
function invite({ codes }, user, { MessageAction, DesiredDeliveryMediums = ["SMS"] }) {
  if (MessageAction === "SUPPRESS") return;
  for (const medium of DesiredDeliveryMediums) {
    if (user.attributes[MEDIA[medium]] === undefined) continue;
    codes.invite(user, MEDIA[medium], user.temporaryPassword);
  }
}

/** A new temporary password and invitation for a user who has not used the first one. */
function inviteAgain(state, user, temporaryPassword) {
  if (user.status !== "FORCE_CHANGE_PASSWORD") {
    throw refusal("resendUnsupported", { username: user.username });
  }
  state.users.setTemporaryPassword(user, temporaryPassword);
}

function addUser(state, body, temporaryPassword) {
  const { users } = state;
  const { Username: username, UserAttributes, ForceAliasCreation } = body;
  const refused = users.refusalOfName(username, "accountExists");
  if (refused !== undefined) throw refused;
  users.checkRoom();
  const attributes = attributesOf(UserAttributes);
  checkAttributes(attributes, { byAdmin: true });
  // "Only used if the phone_number_verified or email_verified attribute is true": the other addresses are no aliases yet.
  const { preferred_username } = attributes;
  checkAliases(state, undefined, { preferred_username });
  const verified = VERIFIABLE.filter(
    (name) => attributes[name] !== undefined && attributes[`${name}_verified`] === "true",
  );
  const aliases = Object.fromEntries(verified.map((name) => [name, attributes[name]]));
  if (!ForceAliasCreation) checkAliases(state, undefined, aliases);
  for (const name of verified) users.freeAlias(undefined, name, attributes[name]);
  users.make(username, { username, temporaryPassword, attributes });
}

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminCreateUser.html */
function createUser({ state, body }) {
  const { settings, users } = state;
  const { TemporaryPassword = newTemporaryPassword(settings), MessageAction } = body;
  checkPassword(settings, TemporaryPassword);
  if (MessageAction === "RESEND") {
    inviteAgain(state, users.existing(body.Username), TemporaryPassword);
  } else {
    addUser(state, body, TemporaryPassword);
  }
  const user = users.existing(body.Username);
  invite(state, user, body);
  return { User: userType(users, user) };
}

function setPassword({ settings, users }, user, { Password: password, Permanent = false }) {
  checkPassword(settings, password);
  if (Permanent) users.setPassword(user, password);
  else users.setTemporaryPassword(user, password);
}

function deleteUser({ users }, { username }) {
  users.delete(username);
}

function setEnabled(isEnabled) {
  return (state, user) => {
    user.enabled = isEnabled;
    state.users.touch(user);
    if (!isEnabled) endSignIns(state, user);
  };
}

function resetPassword(state, user) {
  sendResetCode(state, user);
  user.status = "RESET_REQUIRED";
  state.users.touch(user);
}

function updateAttributes(state, user, { UserAttributes }) {
  writeAttributes(state, user, UserAttributes, { byAdmin: true });
}

function deleteAttributes(state, user, { UserAttributeNames: names }) {
  checkRemovable(names, true);
  removeAttributes(state, user, names);
}

const setMfa = (state, user, body) => setFactors(state, user, body, { byAdmin: true });

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminGetUser.html, and each one's page. */
const operations = {
  AdminGetUser: operation("UserRead", {}, getUser),
  AdminCreateUser: {
    family: "users",
    signed: true,
    category: "UserCreation",
    input: {
      UserPoolId: "UserPoolId*",
      Username: "Username*",
      UserAttributes: "Attributes",
      ValidationData: "Attributes",
      TemporaryPassword: "Password",
      ForceAliasCreation: "Flag",
      MessageAction: "MessageAction",
      DesiredDeliveryMediums: "DeliveryMediums",
      ClientMetadata: "Map",
    },
    handle: createUser,
  },
  AdminSetUserPassword: operation(
    "UserAccountRecovery",
    { Password: "Password*", Permanent: "Flag" },
    setPassword,
  ),
  AdminDeleteUser: operation("UserUpdate", {}, deleteUser),
  AdminEnableUser: operation("UserUpdate", {}, setEnabled(true)),
  AdminDisableUser: operation("UserUpdate", {}, setEnabled(false)),
  AdminResetUserPassword: operation(
    "UserAccountRecovery",
    { ClientMetadata: "Map" },
    resetPassword,
  ),
  AdminUpdateUserAttributes: operation(
    "UserUpdate",
    { UserAttributes: "Attributes*", ClientMetadata: "Map" },
    updateAttributes,
  ),
  AdminDeleteUserAttributes: operation(
    "UserUpdate",
    { UserAttributeNames: "AttributeNames*" },
    deleteAttributes,
  ),
  AdminSetUserMFAPreference: operation("UserResourceUpdate", FACTOR_INPUT, setMfa),
};

module.exports = { inSeconds, operations, subOf, userOperation: operation, userType };
