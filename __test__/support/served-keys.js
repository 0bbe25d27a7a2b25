"use strict";

// An Auth whose keys come from a server, tokens that no cache knows, and the refusal for want of keys.

const { AuthError, JsonWebTokenError, createAuth } = require("../..");
const { settled } = require("../../tools/outcomes.js");
const { CLIENT, POOL, REGION, idClaims, rsaPair, sign } = require("../../tools/testing/tokens.js");

const pool = rsaPair("pool");
const next = rsaPair("next");
const stranger = rsaPair("stranger");

/** An Auth of the test's pool, whose keys are at a server's address. */
function authAt(url, options = {}) {
  return createAuth({
    region: REGION,
    userPoolId: POOL,
    clientId: CLIENT,
    jwksUri: url,
    ...options,
  });
}

/** A token of its own each time, so that no cache of verified tokens answers. */
let serial = 0;
function fresh(over = {}) {
  serial += 1;
  return sign({ payload: idClaims({ jti: `${serial}` }), ...over });
}

const withUnknownKid = (kid = `unknown-${serial}`) => fresh({ header: { kid } });

/** The refusal that there are no keys, which must come within 5 s. */
async function expectUnavailable(promise) {
  const { error } = await settled(promise, 5);
  expect(error).toBeInstanceOf(AuthError);
  expect(error).not.toBeInstanceOf(JsonWebTokenError);
  expect({ name: error.name, reason: error.reason, status: error.status }).toEqual({
    name: "KeysUnavailableError",
    reason: "keys-unavailable",
    status: 503,
  });
  return error;
}

module.exports = {
  authAt,
  expectUnavailable,
  fresh,
  next,
  pool,
  stranger,
  withUnknownKid,
};
