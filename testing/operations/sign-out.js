"use strict";

// The end of all sign-ins of a user.

const { accessTokenUser } = require("../access-token.js");
const { endSignIns } = require("../tokens.js");

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_GlobalSignOut.html */
function globalSignOut({ state, body }) {
  endSignIns(state, accessTokenUser(state, body.AccessToken));
  return {};
}

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminUserGlobalSignOut.html */
function adminUserGlobalSignOut({ state, body }) {
  endSignIns(state, state.users.existing(body.Username));
  return {};
}

module.exports = {
  GlobalSignOut: {
    family: "account",
    signed: false,
    category: "UserUpdate",
    input: { AccessToken: "Token*" },
    handle: globalSignOut,
  },
  AdminUserGlobalSignOut: {
    family: "users",
    signed: true,
    category: "UserUpdate",
    input: { UserPoolId: "UserPoolId*", Username: "Username*" },
    handle: adminUserGlobalSignOut,
  },
};
