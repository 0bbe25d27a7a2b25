"use strict";

// A passkey's public key: COSE as the authenticator gives it, a JSON Web Key as the pool keeps it.
// https://www.w3.org/TR/webauthn-3/#sctn-encoded-credPubKey-examples

const crypto = require("node:crypto");
const { refusal } = require("../answers.js");

const KEY_TYPE = 1;
const ALGORITHM = 3;
const ES256 = -7;
const RS256 = -257;
/** Cognito offers these two. */
const ALGORITHMS = [ES256, RS256];

const text = (bytes) => (Buffer.isBuffer(bytes) ? bytes.toString("base64url") : undefined);

/** Algorithm → its key's type, and its members as a JSON Web Key. */
const KEYS = {
  [ES256]: {
    type: 2,
    jwk: (key) => ({
      kty: "EC",
      crv: key.get(-1) === 1 ? "P-256" : undefined,
      x: text(key.get(-2)),
      y: text(key.get(-3)),
    }),
  },
  [RS256]: {
    type: 3,
    jwk: (key) => ({ kty: "RSA", n: text(key.get(-1)), e: text(key.get(-2)) }),
  },
};

/** The key object of a JSON Web Key, undefined if it is invalid: a point that is not on the curve, for example. */
function keyFrom(jwk) {
  try {
    return crypto.createPublicKey({ key: jwk, format: "jwk" });
  } catch {
    return undefined;
  }
}

/** A COSE key, decoded, as `{ algorithm, jwk }`, or the refusal. */
function readPublicKey(key) {
  if (!(key instanceof Map)) throw refusal("credentialInvalid");
  const algorithm = key.get(ALGORITHM);
  if (!ALGORITHMS.includes(algorithm)) throw refusal("credentialUnsupported");
  const { type, jwk: read } = KEYS[algorithm];
  const jwk = read(key);
  if (key.get(KEY_TYPE) !== type || keyFrom(jwk) === undefined) throw refusal("credentialInvalid");
  return { algorithm, jwk };
}

/** Whether the signature is valid. Both algorithms use SHA-256, and signatures of ES256 are DER. */
function isSignedBy(jwk, bytes, signature) {
  const key = keyFrom(jwk);
  return key !== undefined && crypto.verify("sha256", bytes, key, signature);
}

module.exports = { ALGORITHMS, isSignedBy, readPublicKey };
