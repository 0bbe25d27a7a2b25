"use strict";

// Signed tokens and the keys that verify them, as Cognito writes both.
// https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-tokens-verifying-a-jwt.html

const crypto = require("node:crypto");

/** Key ids are base64 of 32 bytes. */
const newKeyId = () => crypto.randomBytes(32).toString("base64");

/** A public key as a pool publishes it. */
function jwkOf(publicKey, kid) {
  const { kty, n, e } = publicKey.export({ format: "jwk" });
  return { alg: "RS256", e, kid, kty, n, use: "sig" };
}

const headerOf = (kid) => ({ kid, alg: "RS256" });

const encodeJson = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");

const signRs256 = (data, privateKey) => crypto.sign("sha256", data, privateKey);

/** A token of two parts that are encoded already. `sign` makes the signature's bytes of the data and the key. */
function signParts(header, payload, key, sign = signRs256) {
  const data = `${header}.${payload}`;
  return `${data}.${sign(Buffer.from(data), key).toString("base64url")}`;
}

module.exports = { encodeJson, headerOf, jwkOf, newKeyId, signParts, signRs256 };
