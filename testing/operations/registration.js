"use strict";

// Signing up.

const { refusal } = require("../answers.js");
const { attributesOf, checkAttributes } = require("../attributes.js");
const { checkPassword } = require("../password-policy.js");
const { checkSecretHash } = require("../secret-hash.js");

/**
 * Where the code goes: to the phone number if there are both, as in a pool that verifies both by itself.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/signing-up-users-in-your-app.html
 */
const VERIFIED_BY_CODE = ["phone_number", "email"];

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_SignUp.html */
function signUp({ state, body }) {
  const { settings, users, codes } = state;
  const { Username: username, Password: password, SecretHash, UserAttributes } = body;
  checkSecretHash(state, username, SecretHash);
  // Without a password only where codes by e-mail or SMS are first factors, which this pool has not.
  if (password === undefined) throw refusal("parameterMissing", { parameter: "Password" });
  checkPassword(settings, password);
  const attributes = attributesOf(UserAttributes);
  checkAttributes(settings, attributes);
  if (users.has(username)) throw refusal("userExists");
  users.set(username, { username, password, attributes, status: "UNCONFIRMED" });
  const user = users.get(username);
  const address = VERIFIED_BY_CODE.find((name) => attributes[name] !== undefined);
  return {
    ...(address && { CodeDeliveryDetails: codes.send(user, address, "signUp") }),
    UserConfirmed: false,
    UserSub: user.attributes.sub,
  };
}

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminConfirmSignUp.html */
function adminConfirmSignUp({ state: { users }, body }) {
  const user = users.existing(body.Username);
  if (user.status !== "UNCONFIRMED") throw refusal("notConfirmable", { status: user.status });
  user.status = "CONFIRMED";
  users.touch(user);
  return {};
}

module.exports = {
  SignUp: {
    family: "registration",
    signed: false,
    category: "UserCreation",
    input: {
      ClientId: "ClientId*",
      SecretHash: "SecretHash",
      Username: "Username*",
      Password: "Password",
      UserAttributes: "Attributes",
      ValidationData: "Attributes",
      AnalyticsMetadata: "Any",
      UserContextData: "Any",
      ClientMetadata: "Map",
    },
    handle: signUp,
  },
  AdminConfirmSignUp: {
    family: "users",
    signed: true,
    category: "UserCreation",
    input: { UserPoolId: "UserPoolId*", Username: "Username*", ClientMetadata: "Map" },
    handle: adminConfirmSignUp,
  },
};
