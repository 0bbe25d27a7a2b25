"use strict";

// The own account, by its access token.

const { accessTokenUser } = require("../access-token.js");
const { listOf } = require("../attributes.js");
const { mfaOf } = require("../second-factors.js");

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_GetUser.html */
function getUser({ state, body }) {
  const user = accessTokenUser(state, body.AccessToken);
  return { Username: user.username, UserAttributes: listOf(user.attributes), ...mfaOf(user) };
}

module.exports = {
  GetUser: {
    family: "account",
    signed: false,
    category: "UserRead",
    input: { AccessToken: "Token*" },
    handle: getUser,
  },
};
