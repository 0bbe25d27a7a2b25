"use strict";

// Administration of users.

const { listOf } = require("../attributes.js");
const { mfaOf } = require("../second-factors.js");

const inSeconds = (milliseconds) => milliseconds / 1000;

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminGetUser.html */
function adminGetUser({ state: { users }, body }) {
  const user = users.existing(body.Username);
  const { createdAt, modifiedAt } = users.recordOf(user);
  return {
    Enabled: user.enabled,
    ...mfaOf(user),
    UserAttributes: listOf(user.attributes),
    UserCreateDate: inSeconds(createdAt),
    UserLastModifiedDate: inSeconds(modifiedAt),
    Username: user.username,
    UserStatus: user.status,
  };
}

module.exports = {
  AdminGetUser: {
    family: "users",
    signed: true,
    category: "UserRead",
    input: { UserPoolId: "UserPoolId*", Username: "Username*" },
    handle: adminGetUser,
  },
};
