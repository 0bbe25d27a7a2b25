"use strict";

// An Auth whose keys are handed in, and what its refusals must look like.

const { AuthError, JsonWebTokenError, createAuth } = require("../..");
const { pause, refusal } = require("../../tools/outcomes.js");
const {
  CLIENT,
  POOL,
  REGION,
  idClaims,
  jwk,
  jwks,
  now,
  rsaPair,
} = require("../../tools/testing/tokens.js");

const pool = rsaPair("pool");
const attacker = rsaPair("attacker");

/** An Auth of the test's pool, with options on top. */
function make(options = {}) {
  return createAuth({
    region: REGION,
    userPoolId: POOL,
    clientId: CLIENT,
    keys: { jwks: jwks(jwk(pool)) },
    ...options,
  });
}

const auth = make();

/** The refusal of a token: always one of our errors, and never with the token in it. */
async function refused(token, by = auth) {
  const error = await refusal(by.verifyToken(token));
  expect(error).toBeInstanceOf(JsonWebTokenError);
  expect(error).toBeInstanceOf(AuthError);
  if (typeof token === "string" && token.length > 40) {
    expect(error.message).not.toContain(token.slice(0, 40));
  }
  return error;
}

async function expectRefusal(token, message, reason) {
  const error = await refused(token);
  expect({ message: error.message, reason: error.reason, status: error.status }).toEqual({
    message,
    reason,
    status: 401,
  });
}

/** Refused as something that is no token. */
const expectInvalid = (token, message = "invalid token") =>
  expectRefusal(token, message, "token-malformed");

/** Refused because of the signature. */
const expectBadSignature = (token, message = "invalid signature") =>
  expectRefusal(token, message, "token-signature");

/** Refused because the header names no usable key. */
async function expectNoKey(token, by = auth) {
  const error = await refused(token, by);
  expect(error.name).toBe("JsonWebTokenError");
  expect({ reason: error.reason, status: error.status }).toEqual({
    reason: "key-unknown",
    status: 401,
  });
}

/** JSON text of good claims with `member` as one more member at the end. */
function withMember(member, claims = idClaims()) {
  return `${JSON.stringify(claims).slice(0, -1)},${member}}`;
}

/** Runs `check` at the beginning of a second and again if the second ended meanwhile. */
async function withinOneSecond(check) {
  for (;;) {
    await pause(1001 - (Date.now() % 1000));
    const second = now();
    const verdict = await check(second);
    if (now() === second) return verdict;
  }
}

module.exports = {
  attacker,
  auth,
  expectBadSignature,
  expectInvalid,
  expectNoKey,
  make,
  pool,
  refused,
  withMember,
  withinOneSecond,
};
