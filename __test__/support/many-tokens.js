"use strict";

// 200 tokens verified at once, more than one batch, and then one more: for processes in which something is replaced.

const {
  CLIENT,
  POOL,
  REGION,
  idClaims,
  jwk,
  jwks,
  rsaPair,
  sign,
} = require("../../tools/testing/tokens.js");

const AT_ONCE = 200;

const options = () => ({
  region: REGION,
  userPoolId: POOL,
  clientId: CLIENT,
  keys: { jwks: jwks(jwk(rsaPair())) },
});

/** Tokens with different claims. They are signed in advance, while nothing is replaced. */
const makeTokens = (length = AT_ONCE + 1) =>
  Array.from({ length }, (_, serial) => sign({ payload: idClaims({ jti: `${serial}` }) }));

/** How many tokens were verified. */
async function verifyMany(auth, [last, ...tokens]) {
  const claims = await Promise.all(tokens.map((token) => auth.verifyToken(token)));
  await auth.verifyToken(last);
  return claims.length + 1;
}

module.exports = { AT_ONCE, makeTokens, options, verifyMany };
