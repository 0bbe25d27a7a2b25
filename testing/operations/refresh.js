"use strict";

// New tokens for a refresh token, and the end of one.

const { refusal } = require("../answers.js");
const { readRefreshToken, rotate } = require("../refresh-tokens.js");
const { checkClientSecret } = require("../secret-hash.js");
const { tokensOf } = require("../tokens.js");

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_GetTokensFromRefreshToken.html */
function getTokens({ state, body: { RefreshToken, ClientSecret, DeviceKey } }) {
  checkClientSecret(state, ClientSecret);
  const { user, signIn, record } = readRefreshToken(state, RefreshToken, DeviceKey);
  const rotates = state.settings.refreshTokenRotation !== undefined;
  return {
    AuthenticationResult: {
      ...tokensOf(state, user, signIn),
      ...(rotates && { RefreshToken: rotate(state, record) }),
    },
  };
}

/** Access and ID tokens have three parts, refresh tokens five. */
const isSignedToken = (token) => token.split(".").length === 3;

/**
 * Ends the sign-in: its refresh tokens and the access tokens that came of them. One that has ended is ended once more, as RFC 7009
 * has it.
 * https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_RevokeToken.html
 */
function revoke({ state, body: { Token, ClientSecret } }) {
  checkClientSecret(state, ClientSecret);
  if (isSignedToken(Token)) throw refusal("revokeUnsupported");
  const record = state.refreshTokens.get(Token);
  if (record === undefined) throw refusal("refreshInvalid");
  record.signIn.revoked = true;
  return {};
}

module.exports = {
  GetTokensFromRefreshToken: {
    family: "refresh",
    signed: false,
    category: "UserAuthentication",
    input: {
      RefreshToken: "Token*",
      ClientId: "ClientId*",
      ClientSecret: "ClientSecret",
      DeviceKey: "DeviceKey",
      ClientMetadata: "Map",
    },
    handle: getTokens,
  },
  RevokeToken: {
    family: "refresh",
    signed: false,
    category: "UserToken",
    input: {
      Token: "Token*",
      ClientId: "ClientId*",
      ClientSecret: "ClientSecret",
      RevokeAssociatedSessions: "AssociatedSessions",
    },
    handle: revoke,
  },
};
