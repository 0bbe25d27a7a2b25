"use strict";

// A pool's tokens and keys for requests.js.

const crypto = require("node:crypto");
const http = require("node:http");

const POOL = "us-east-1_AbCdEfGhI";
const CLIENT = "6f5t4r3e2w1q0p9o8i7u6y5t4r";
const KID = "k3VJgxrGRTa1dUqiwlSSqP0Vm8qfv2PxJBDcnNVyq9I=";
const ISSUER = `https://cognito-idp.us-east-1.amazonaws.com/${POOL}`;

const encode = (object) => Buffer.from(JSON.stringify(object)).toString("base64url");

/** A key pair: `token` signs the claims of an ID token, with the `changes` that are asked for. */
function createIssuer() {
  const { publicKey, privateKey } = crypto.generateKeyPairSync("rsa", { modulusLength: 2048 });
  const jwk = { ...publicKey.export({ format: "jwk" }), kid: KID, alg: "RS256", use: "sig" };
  const now = Math.floor(Date.now() / 1000);
  const token = (changes = {}) => {
    const payload = encode({
      sub: crypto.randomUUID(),
      iss: ISSUER,
      "cognito:username": "theseus",
      "cognito:groups": ["heroes"],
      origin_jti: crypto.randomUUID(),
      aud: CLIENT,
      token_use: "id",
      auth_time: now,
      exp: now + 86_400,
      iat: now,
      jti: crypto.randomUUID(),
      email: "theseus@example.com",
      phone_number: "+14155550100",
      ...changes,
    });
    const input = `${encode({ kid: KID, alg: "RS256" })}.${payload}`;
    return `${input}.${crypto.sign("sha256", Buffer.from(input), privateKey).toString("base64url")}`;
  };
  return {
    settings: { region: "us-east-1", userPoolId: POOL, clientId: CLIENT },
    issuer: ISSUER,
    jwks: { keys: [jwk] },
    token,
  };
}

/** Tokens that no server may accept, by what is wrong with them; undefined is none at all. */
function refusedTokens(token) {
  const now = Math.floor(Date.now() / 1000);
  const [good, other] = [token(), token()];
  return {
    "no token": undefined,
    "a malformed token": `x${good.slice(0, 200)}`,
    "a forged token": `${good.slice(0, good.lastIndexOf("."))}.${other.split(".")[2]}`,
    "an expired token": token({ exp: now - 3_600, iat: now - 7_200 }),
    "a token of another issuer": token({ iss: `${ISSUER.slice(0, -1)}J` }),
    "a token of another app client": token({ aud: "1example23456789" }),
    "a token with another token_use": token({ token_use: "access" }),
  };
}

/** Serves the keys where get-jwks looks for them too: below /.well-known. */
async function startJwksServer(jwks) {
  const server = http.createServer((_request, response) => {
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify(jwks));
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { server, address: `http://127.0.0.1:${server.address().port}` };
}

module.exports = { createIssuer, refusedTokens, startJwksServer };
