"use strict";

// The functions as data. A row has
//   send      the operation or flow that is sent, or a function of the options that gives it
//   takes     the arguments before the options: name, check, and the member of the request; without one, the check gives members
//   options   the options besides `signal`, each with its check
//   defined   options that may not be undefined where they are named
//   request   (options, members) → further members; it may refuse
//   read      Cognito's answer, and the options → the result
// Rows of iterators have `items`, `token` and `each` too: the list in an answer, the member that names a page, and an item's form.

/** @import { AccountArgument, AccountRow, Members } from "../internal" */

const { UNREADABLE, own } = require("../shape");
const answers = require("./answers");
const check = require("./arguments");
const { isProved, manyUsers, oneUser } = require("./filters");
const { Refusal, failure } = require("../errors/failure");

const { READ } = answers;
const { attributes, code, factors, flag, list, oneOf, refuse, text, texts, visitor } = check;

const TRIGGER = { clientMetadata: texts };
const MEDIUM = oneOf(["EMAIL", "SMS"], '"EMAIL" or "SMS"');
const AMBIGUOUS = failure("user-ambiguous", "Several users fit the filter", {
  hint: "users.list gives all of them.",
});

/** @type {AccountArgument} */
const USERNAME = ["username", text, "Username"];
/** @type {AccountArgument} */
const PASSWORD = ["password", text, "Password"];
/** @type {AccountArgument} */
const GROUP = ["group", text, "GroupName"];
/** @type {AccountArgument} */
const CODE = ["code", code, "ConfirmationCode"];
/** @type {AccountArgument} */
const ATTRIBUTE = ["attribute", text, "AttributeName"];
/** @type {AccountArgument} */
const CHANGES = ["changes", check.changes, "UserAttributes"];
/** @type {AccountArgument} */
const FACTORS = ["preference", factors, undefined];

const SIGN_UP = {
  send: "SignUp",
  options: { ...TRIGGER, attributes, validationData: texts, visitor },
  read: READ.signedUp,
};

/**
 * A function that sends a code for a user name. Unless it is to tell, its outcome is the same for every name.
 *
 * @param {string} operation
 * @param {string} flow
 * @returns {AccountRow}
 */
const sendsCode = (operation, flow) => ({
  send: ({ tell }) => (tell === true ? operation : flow),
  takes: [USERNAME],
  options: { ...TRIGGER, visitor, tell: flag },
  read: (answer, { tell }) => (tell === true ? READ.sent(answer) : undefined),
});

/** @type {Record<string, AccountRow>} */
const AUTH = {
  signUp: { ...SIGN_UP, takes: [USERNAME, PASSWORD] },
  startSignUp: { ...SIGN_UP, takes: [USERNAME] },
  confirmSignUp: {
    send: "flow/confirm-sign-up",
    takes: [USERNAME, CODE],
    options: { ...TRIGGER, visitor },
  },
  resendCode: sendsCode("ResendConfirmationCode", "flow/resend-code"),
  forgotPassword: sendsCode("ForgotPassword", "flow/forgot-password"),
  resetPassword: {
    send: "flow/reset-password",
    takes: [USERNAME, CODE, ["newPassword", text, "Password"]],
    options: { ...TRIGGER, visitor },
  },
  call: {
    send: "flow/call",
    takes: [
      ["operation", check.operation, "Operation"],
      ["parameters", check.parameters, "Parameters"],
    ],
    options: { otherPool: flag, unlisted: flag },
    read: READ.all,
  },
};

/** Their requests have the access token besides. To add one: a row here, its name in ./index.js, its type in types/accounts.d.ts. */
/** @type {Record<string, AccountRow>} */
const ACCOUNT = {
  get: { send: "GetUser", read: READ.user },
  update: {
    send: "UpdateUserAttributes",
    takes: [CHANGES],
    options: { ...TRIGGER, allow: list },
    request: ({ allow = [] }, { UserAttributes }) => {
      check.checkAllowed(
        /** @type {Members[]} */ (UserAttributes),
        /** @type {string[]} */ (allow),
      );
      return {};
    },
    read: READ.sentList,
  },
  sendCode: {
    send: "GetUserAttributeVerificationCode",
    takes: [ATTRIBUTE],
    options: TRIGGER,
    read: (answer) => READ.sent(answer) ?? UNREADABLE,
  },
  verify: { send: "VerifyUserAttribute", takes: [ATTRIBUTE, ["code", code, "Code"]] },
  changePassword: {
    send: "ChangePassword",
    takes: [
      ["oldPassword", text, "PreviousPassword"],
      ["newPassword", text, "ProposedPassword"],
    ],
  },
  setUpTotp: { send: "flow/set-up-totp", read: READ.totp },
  confirmTotp: {
    send: "flow/confirm-totp",
    takes: [["code", code, "UserCode"]],
    options: { deviceName: text },
  },
  setMfa: { send: "SetUserMFAPreference", takes: [FACTORS] },
  startPasskey: { send: "StartWebAuthnRegistration", read: READ.passkeyOptions },
  finishPasskey: {
    send: "CompleteWebAuthnRegistration",
    takes: [["credential", check.credential, "Credential"]],
  },
  passkeys: { send: "flow/passkeys", read: READ.passkeys },
  deletePasskey: { send: "DeleteWebAuthnCredential", takes: [["id", text, "CredentialId"]] },
  signOutEverywhere: { send: "GlobalSignOut" },
  delete: { send: "DeleteUser" },
};

/**
 * How a new user is told. Cognito's default is a text message, which users without a number never get.
 *
 * @param {Members} options
 * @returns {Members}
 */
function invitation({ attributes: given, password, invite }) {
  const medium = invite ?? (password === undefined && mediumFor(given));
  return medium ? { DesiredDeliveryMediums: [medium] } : { MessageAction: "SUPPRESS" };
}

/** @param {unknown} given */
function mediumFor(given) {
  if (own(given, "email") !== undefined) return "EMAIL";
  return own(given, "phone_number") !== undefined && "SMS";
}

/** @type {Record<string, AccountRow>} */
const USERS = {
  get: { send: "AdminGetUser", takes: [USERNAME], read: READ.user },
  find: {
    send: "flow/find-user",
    takes: [["filter", oneUser, undefined]],
    options: { verified: flag },
    request: ({ verified = true }, { Attribute }) => ({
      Verified: verified && isProved(Attribute),
    }),
    read: (answer) => {
      const users = READ.users(answer);
      if (typeof users === "symbol") return users;
      return users.length > 1 ? new Refusal(AMBIGUOUS) : users[0];
    },
  },
  list: {
    send: "ListUsers",
    takes: [["filter", manyUsers, undefined]],
    items: "Users",
    token: "PaginationToken",
    each: answers.user,
  },
  create: {
    send: ({ password }) => (password === undefined ? "AdminCreateUser" : "flow/new-user"),
    takes: [USERNAME],
    options: {
      ...TRIGGER,
      attributes,
      validationData: texts,
      password: text,
      temporaryPassword: text,
      invite: oneOf(["EMAIL", "SMS", false], '"EMAIL", "SMS" or false'),
    },
    defined: ["password", "temporaryPassword"],
    request: (options) => {
      const { password, temporaryPassword, invite } = options;
      if (password !== undefined && temporaryPassword !== undefined) {
        refuse("There must not be both a password and a temporaryPassword");
      }
      if (password !== undefined && typeof invite === "string") {
        refuse("A user with a password is not invited: the message has a temporary one");
      }
      return {
        ...invitation(options),
        TemporaryPassword: temporaryPassword,
        Password: password,
      };
    },
    read: (answer, { password }) => {
      const user = READ.createdUser(answer);
      if (typeof user !== "object" || password === undefined) return user;
      // https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminSetUserPassword.html
      return { ...user, status: "CONFIRMED" };
    },
  },
  invite: {
    send: "AdminCreateUser",
    takes: [USERNAME],
    options: { ...TRIGGER, by: MEDIUM },
    request: ({ by = "EMAIL" }) => ({ MessageAction: "RESEND", DesiredDeliveryMediums: [by] }),
  },
  confirm: { send: "AdminConfirmSignUp", takes: [USERNAME], options: TRIGGER },
  update: { send: "AdminUpdateUserAttributes", takes: [USERNAME, CHANGES], options: TRIGGER },
  delete: { send: "AdminDeleteUser", takes: [USERNAME] },
  enable: { send: "AdminEnableUser", takes: [USERNAME] },
  disable: { send: "AdminDisableUser", takes: [USERNAME] },
  setPassword: {
    send: "AdminSetUserPassword",
    takes: [USERNAME, PASSWORD],
    options: { temporary: flag },
    request: ({ temporary = false }) => ({ Permanent: !temporary }),
  },
  forcePasswordReset: { send: "AdminResetUserPassword", takes: [USERNAME], options: TRIGGER },
  setMfa: { send: "AdminSetUserMFAPreference", takes: [USERNAME, FACTORS] },
  signOutEverywhere: { send: "AdminUserGlobalSignOut", takes: [USERNAME] },
  groups: { send: "flow/groups-of-user", takes: [USERNAME], read: READ.groups },
  addToGroup: { send: "AdminAddUserToGroup", takes: [USERNAME, GROUP] },
  removeFromGroup: { send: "AdminRemoveUserFromGroup", takes: [USERNAME, GROUP] },
};

/** @type {AccountArgument} */
const NAME = ["name", text, "GroupName"];
const SETTINGS = { description: check.textOrNone, precedence: check.wholeNumber, roleArn: text };

/** @type {Record<string, AccountRow>} */
const GROUPS = {
  get: { send: "GetGroup", takes: [NAME], read: READ.group },
  list: { send: "ListGroups", items: "Groups", token: "NextToken", each: answers.group },
  users: {
    send: "ListUsersInGroup",
    takes: [NAME],
    items: "Users",
    token: "NextToken",
    each: answers.user,
  },
  create: { send: "CreateGroup", takes: [NAME], options: SETTINGS, read: READ.group },
  update: { send: "UpdateGroup", takes: [NAME], options: SETTINGS, read: READ.group },
  delete: { send: "DeleteGroup", takes: [NAME] },
};

/**
 * Rows are read by name: nothing that Object.prototype has may count.
 *
 * @param {Record<string, AccountRow>} table
 */
function withoutPrototypes(table) {
  /** @type {any} */
  const rows = { __proto__: null };
  for (const name of Object.keys(table)) rows[name] = { __proto__: null, ...table[name] };
  return rows;
}

/** @type {Record<import("../internal").AccountGroup, Record<string, AccountRow>>} */
const TABLES = {
  auth: withoutPrototypes(AUTH),
  account: withoutPrototypes(ACCOUNT),
  users: withoutPrototypes(USERS),
  groups: withoutPrototypes(GROUPS),
};

module.exports = { TABLES };
