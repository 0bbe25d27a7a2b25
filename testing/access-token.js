"use strict";

// Access tokens, as the operations of the own account take them.

const crypto = require("node:crypto");
const { refusal } = require("./answers.js");
const { SCOPE } = require("./claims.js");

/** A part of a token as an object, undefined if it is none. */
function decode(part) {
  try {
    const value = JSON.parse(Buffer.from(part, "base64url"));
    return typeof value === "object" && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

function isSigned(keys, kid, token) {
  const key = keys.withId(kid);
  if (key === undefined) return false;
  const end = token.lastIndexOf(".");
  const signature = Buffer.from(token.slice(end + 1), "base64url");
  return crypto.verify("sha256", Buffer.from(token.slice(0, end)), key.publicKey, signature);
}

/** The claims of an access token of this pool, or the refusal: in the order in which ministack looks. */
function claimsOf({ keys, clock, settings }, token) {
  const parts = token.split(".");
  const [header, claims] = parts.slice(0, 2).map(decode);
  if (parts.length !== 3 || header === undefined || claims === undefined) {
    throw refusal("accessTokenInvalid");
  }
  if (claims.token_use !== "access" || claims.iss !== settings.issuer) {
    throw refusal("accessTokenInvalid");
  }
  if (!isSigned(keys, header.kid, token)) throw refusal("accessTokenSignature");
  if (!(clock.seconds() < claims.exp)) throw refusal("accessTokenExpired");
  return claims;
}

/** The user whose access token this is, the sign-in that it is of, and the app client that it is for, or the refusal. */
function readAccessToken(state, token) {
  const claims = claimsOf(state, token);
  const { username, sub, scope = "", origin_jti: originJti, client_id: clientId } = claims;
  const user = state.users.get(username);
  if (user === undefined || user.attributes.sub !== sub) throw refusal("userMissing");
  if (!user.enabled) throw refusal("userDisabled");
  const signIn = state.origins.get(originJti);
  if (signIn?.revoked) throw refusal("accessTokenRevoked");
  if (!String(scope).split(" ").includes(SCOPE)) throw refusal("accessTokenScopes");
  return { user, signIn, clientId };
}

const accessTokenUser = (state, token) => readAccessToken(state, token).user;

module.exports = { accessTokenUser, readAccessToken };
