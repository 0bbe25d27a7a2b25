"use strict";

// Refresh tokens, as they come back.

const { refusal } = require("./answers.js");
const { isDeviceOf } = require("./devices.js");
const { issueRefreshToken } = require("./tokens.js");

/**
 * Whether a token that rotation has replaced is still taken: "allows for client-side retries".
 * https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_RefreshTokenRotationType.html
 */
function isInGrace({ clock, settings }, { replacedAt }) {
  const { retryGracePeriodSeconds } = settings.refreshTokenRotation;
  return clock.now() < replacedAt + retryGracePeriodSeconds * 1000;
}

/** A refresh token's user and sign-in, and what the pool knows of it, or the refusal. `deviceKey` was sent with it. */
function readRefreshToken(state, token, deviceKey) {
  const { users, clock, refreshTokens } = state;
  const record = refreshTokens.get(token);
  if (record === undefined) throw refusal("refreshInvalid");
  const { signIn, expiresAt, replacedAt } = record;
  const user = users.get(signIn.username);
  if (user?.attributes.sub !== signIn.sub) throw refusal("userMissing");
  if (!user.enabled) throw refusal("userDisabled");
  if (signIn.revoked) throw refusal("refreshRevoked");
  if (clock.now() >= expiresAt) throw refusal("refreshExpired");
  // A missing device key is the usual reason for these words: aws/aws-sdk-java#2841.
  if (!isDeviceOf(signIn, deviceKey)) throw refusal("refreshInvalid");
  if (replacedAt !== undefined && !isInGrace(state, record)) throw refusal("refreshReused");
  return { user, signIn, record };
}

/** The token that takes this one's place: with the lifetime that is left. The grace period begins with the first one. */
function rotate(state, record) {
  record.replacedAt ??= state.clock.now();
  return issueRefreshToken(state, record.signIn, record.expiresAt);
}

module.exports = { readRefreshToken, rotate };
