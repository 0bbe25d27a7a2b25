"use strict";

// Administration of users.

const { listOf } = require("../attributes.js");

const inSeconds = (milliseconds) => milliseconds / 1000;

/** A user's factors, as AdminGetUser and GetUser show them. */
const mfaOf = ({ mfa, preferredMfa }) => ({
  ...(mfa.includes(preferredMfa) && { PreferredMfaSetting: preferredMfa }),
  ...(mfa.length > 0 && { UserMFASettingList: [...mfa] }),
});

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
