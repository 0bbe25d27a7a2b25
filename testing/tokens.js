"use strict";

// Signed tokens with the header of Cognito's own.
// https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-id-token.html
// https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-access-token.html

const crypto = require("node:crypto");
const { CLAIMS, LIFE_SECONDS, inJavaOrder } = require("./claims.js");
const { encodeJson, headerOf, signParts } = require("./jws.js");
const { foreignKey } = require("./keys.js");
const { newRefreshToken } = require("./refresh-token.js");

/** Validity of refresh tokens by default: 30 days. */
const REFRESH_MS = 30 * 24 * 3600 * 1000;

const AN_HOUR_AGO = -3600;

/** Signs `claims` as they are, under the key's header or one with other members. */
const signWith = (key, claims, header) =>
  signParts(encodeJson({ ...headerOf(key.kid), ...header }), encodeJson(claims), key.privateKey);

/** What is remembered of a sign-in: its tokens have these in common, and end together. */
function newSignIn({ clock, origins }, { username, attributes }) {
  const signIn = {
    originJti: crypto.randomUUID(),
    eventId: crypto.randomUUID(),
    authTime: clock.seconds(),
    username,
    sub: attributes.sub,
    revoked: false,
  };
  origins.set(signIn.originJti, signIn);
  return signIn;
}

/** The token of this use, with `change`: claims, undefined for one to leave out, and `expiresIn` in seconds from now. */
function makeToken(state, use, user, signIn, changes = {}) {
  if (typeof changes !== "object" || changes === null || Array.isArray(changes)) {
    throw new TypeError("the second argument is not an object of claims");
  }
  const misspelt = Object.keys(changes).find(
    (name) => name !== "expiresIn" && /^expires?_?in$/i.test(name),
  );
  if (misspelt !== undefined) throw new TypeError(`${misspelt}: the member is called expiresIn`);
  const { expiresIn, ...change } = changes;
  if (expiresIn !== undefined && !Number.isInteger(expiresIn)) {
    throw new TypeError("expiresIn is not a whole number of seconds");
  }
  const claims = CLAIMS[use](state, user, signIn);
  if (expiresIn !== undefined) {
    claims.exp = state.clock.seconds() + expiresIn;
    claims.iat = Math.min(claims.iat, claims.exp - LIFE_SECONDS);
    claims.auth_time = Math.min(claims.auth_time, claims.iat);
  }
  const key = state.keys.signing(use);
  return signWith(key, inJavaOrder({ ...claims, ...change }));
}

/** A token whose signature is another one's: the name in it was changed after it was signed. */
function forgeToken(state, user, signIn) {
  const token = makeToken(state, "id", user, signIn);
  const [header, payload, signature] = token.split(".");
  const claims = JSON.parse(Buffer.from(payload, "base64url"));
  const forged = inJavaOrder({ ...claims, "cognito:username": `${user.username}-forged` });
  return [header, encodeJson(forged), signature].join(".");
}

/** A good token of another pool, with that pool's key. */
function foreignToken(state, user, signIn) {
  const key = foreignKey();
  const { issuer, userPoolId, region } = state.settings;
  const other = `${region}_0Foreign0`;
  const claims = { ...CLAIMS.id(state, user, signIn), iss: issuer.replace(userPoolId, other) };
  return signWith(key, inJavaOrder(claims));
}

/** Any claims under any header, by the pool's key that the header names. */
function signClaims(state, claims, { header = {} } = {}) {
  const key = state.keys.withId(header.kid) ?? state.keys.signing(claims.token_use);
  return signWith(key, claims, header);
}

/** A new refresh token of a sign-in, good until `expiresAt`. */
function issueRefreshToken({ refreshTokens }, signIn, expiresAt) {
  const token = newRefreshToken();
  refreshTokens.set(token, { signIn, expiresAt });
  return token;
}

/** The tokens of a sign-in, without a refresh token. */
const tokensOf = (state, user, signIn) => ({
  AccessToken: makeToken(state, "access", user, signIn),
  ExpiresIn: LIFE_SECONDS,
  IdToken: makeToken(state, "id", user, signIn),
  TokenType: "Bearer",
});

/** Tokens of a sign-in that has come to its end, as `AuthenticationResult` has them. The pool remembers the sign-in. */
function authenticationResult(state, user) {
  const signIn = newSignIn(state, user);
  const RefreshToken = issueRefreshToken(state, signIn, state.clock.now() + REFRESH_MS);
  return { ...tokensOf(state, user, signIn), RefreshToken };
}

/** Ends all sign-ins of a user: their access and refresh tokens are good no longer. */
function endSignIns({ origins, refreshTokens }, { attributes: { sub } }) {
  const ofRefreshTokens = [...refreshTokens.values()].map(({ signIn }) => signIn);
  for (const signIn of [...origins.values(), ...ofRefreshTokens]) {
    if (signIn.sub === sub) signIn.revoked = true;
  }
}

module.exports = {
  AN_HOUR_AGO,
  authenticationResult,
  endSignIns,
  foreignToken,
  forgeToken,
  issueRefreshToken,
  makeToken,
  newSignIn,
  signClaims,
  tokensOf,
};
