"use strict";

// Tokens with the claims, the header and the order of members of Cognito's own.
// https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-id-token.html
// https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-access-token.html

const crypto = require("node:crypto");
const { foreignKey } = require("./keys.js");

/** Validity of ID and access tokens by default: an hour. */
const LIFE_SECONDS = 3600;
/** Validity of refresh tokens by default: 30 days. */
const REFRESH_MS = 30 * 24 * 3600 * 1000;
const AN_HOUR_AGO = -3600;

/** Tokens of an application's own sign-in have this scope and no other. */
const SCOPE = "aws.cognito.signin.user.admin";

/** Attributes that are booleans in a token and text elsewhere. */
const BOOLEANS = ["email_verified", "phone_number_verified"];

/** Claims that come before another one of the same bucket. */
const EARLY = ["cognito:groups", "cognito:roles", "identities", "scope"];

/**
 * Cognito writes the claims in the order of a Java HashMap of 32 buckets, or as many more as keep it three quarters full:
 * the examples on AWS's pages have exactly this order.
 */
function inJavaOrder(claims) {
  const entries = Object.entries(claims).filter(([, value]) => value !== undefined);
  let buckets = 32;
  while (entries.length > buckets * 0.75) buckets *= 2;
  const bucketOf = (name) => {
    let hash = 0;
    for (let index = 0; index < name.length; index++) {
      hash = (Math.imul(31, hash) + name.charCodeAt(index)) | 0;
    }
    return (hash ^ (hash >>> 16)) & (buckets - 1);
  };
  const placed = entries.map((entry) => {
    const [name] = entry;
    return { entry, place: 2 * bucketOf(name) + (EARLY.includes(name) ? 0 : 1) };
  });
  return Object.fromEntries(placed.sort((a, b) => a.place - b.place).map(({ entry }) => entry));
}

const encode = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");

/** Signs `header` and `claims` as they are. */
function signWith(key, header, claims) {
  const data = `${encode(header)}.${encode(claims)}`;
  return `${data}.${crypto.sign("sha256", Buffer.from(data), key.privateKey).toString("base64url")}`;
}

const headerOf = (key) => ({ kid: key.kid, alg: "RS256" });

/** What both tokens of a sign-in say of it. */
function commonClaims({ settings, clock }, user, signIn) {
  const now = clock.seconds();
  return {
    sub: user.attributes.sub,
    "cognito:groups": user.groups.length > 0 ? [...user.groups] : undefined,
    iss: settings.issuer,
    origin_jti: signIn.originJti,
    event_id: signIn.eventId,
    auth_time: signIn.authTime,
    exp: now + LIFE_SECONDS,
    iat: now,
    jti: crypto.randomUUID(),
  };
}

function idClaims(state, user, signIn) {
  const { sub, ...attributes } = user.attributes;
  for (const name of BOOLEANS) {
    if (attributes[name] !== undefined) attributes[name] = attributes[name] === "true";
  }
  return {
    ...commonClaims(state, user, signIn),
    "cognito:username": user.username,
    aud: state.settings.clientId,
    token_use: "id",
    ...attributes,
  };
}

const accessClaims = (state, user, signIn) => ({
  ...commonClaims(state, user, signIn),
  client_id: state.settings.clientId,
  token_use: "access",
  scope: SCOPE,
  username: user.username,
});

const CLAIMS = { id: idClaims, access: accessClaims };

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
  if (typeof changes !== "object" || changes === null) {
    throw new TypeError("the second argument is not an object of claims");
  }
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
  return signWith(key, headerOf(key), inJavaOrder({ ...claims, ...change }));
}

/** A token whose signature is another one's: the name in it was changed after it was signed. */
function forgeToken(state, user, signIn) {
  const token = makeToken(state, "id", user, signIn);
  const [header, payload, signature] = token.split(".");
  const claims = JSON.parse(Buffer.from(payload, "base64url"));
  const forged = inJavaOrder({ ...claims, "cognito:username": `${user.username}-forged` });
  return [header, encode(forged), signature].join(".");
}

/** A good token of another pool, with that pool's key. */
function foreignToken(state, user, signIn) {
  const key = foreignKey();
  const { issuer, userPoolId, region } = state.settings;
  const other = `${region}_0Foreign0`;
  const claims = { ...idClaims(state, user, signIn), iss: issuer.replace(userPoolId, other) };
  return signWith(key, headerOf(key), inJavaOrder(claims));
}

/** Any claims under any header, by the pool's key that the header names. */
function signClaims(state, claims, { header = {} } = {}) {
  const key = state.keys.withId(header.kid) ?? state.keys.signing(claims.token_use);
  return signWith(key, { ...headerOf(key), ...header }, claims);
}

/**
 * As opaque as Cognito's, which are encrypted for Cognito itself (five parts):
 * https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-refresh-token.html
 */
function newRefreshToken() {
  const header = encode({ cty: "JWT", enc: "A256GCM", alg: "RSA-OAEP" });
  const parts = [256, 12, 1002, 16].map((size) => crypto.randomBytes(size).toString("base64url"));
  return [header, ...parts].join(".");
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
function endSignIns({ origins }, { attributes: { sub } }) {
  for (const signIn of origins.values()) if (signIn.sub === sub) signIn.revoked = true;
}

module.exports = {
  AN_HOUR_AGO,
  SCOPE,
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
