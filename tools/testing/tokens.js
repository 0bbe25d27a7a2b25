"use strict";

// Makes keys and tokens, good and bad. Nothing here goes through a JWT library: a test that wants a
// token no library would make (duplicate members, stray bits, another spelling) needs raw control.

const crypto = require("node:crypto");
const { claimsOf } = require("../../testing/claims.js");
const {
  encodeJson,
  headerOf,
  jwkOf,
  signParts: signPartsBy,
  signRs256,
} = require("../../testing/jws.js");

const REGION = "us-east-1";
const POOL = "us-east-1_AbCdEfGhI";
const CLIENT = "1example23456789abcdefghij";
const ISSUER = `https://cognito-idp.${REGION}.amazonaws.com/${POOL}`;
/** 44 characters of base64, as the real service's. */
const KID = "k3VJgxrGRTa1dUqiwlSSqP0Vm8qfv2PxJBDcnNVyq9I=";

const pairs = new Map();

/** The RSA key pair of this name: made once per spec file, for making one takes up to a tenth of a second. */
function rsaPair(name = "pool", bits = 2048) {
  const id = `${name}/${bits}`;
  if (!pairs.has(id)) pairs.set(id, crypto.generateKeyPairSync("rsa", { modulusLength: bits }));
  return pairs.get(id);
}

/** The public half as a JWK, as Cognito publishes it; `over` changes members, undefined removes one. */
function jwk(pair, over = {}) {
  return JSON.parse(JSON.stringify({ ...jwkOf(pair.publicKey, KID), ...over }));
}

function jwks(...keys) {
  return { keys };
}

/** A part of a token: objects as JSON, strings and buffers byte for byte. */
function encode(part) {
  if (Buffer.isBuffer(part)) return part.toString("base64url");
  return typeof part === "string" ? Buffer.from(part).toString("base64url") : encodeJson(part);
}

const SIGNERS = {
  RS256: signRs256,
  RS384: (data, key) => crypto.sign("sha384", data, key),
  RS512: (data, key) => crypto.sign("sha512", data, key),
  PS256: (data, key) =>
    crypto.sign("sha256", data, {
      key,
      padding: crypto.constants.RSA_PKCS1_PSS_PADDING,
      saltLength: 32,
    }),
  ES256: (data, key) => crypto.sign("sha256", data, { key, dsaEncoding: "ieee-p1363" }),
  HS256: (data, key) => crypto.createHmac("sha256", key).update(data).digest(),
};

/** Signs two parts that are already encoded, whatever their encoding is worth. */
function signParts(header, payload, key = rsaPair().privateKey, algorithm = "RS256") {
  return signPartsBy(header, payload, key, SIGNERS[algorithm]);
}

/** A token of this header and payload (see `encode`), signed by the pool's key unless told otherwise. */
function sign({ header = {}, payload = idClaims(), key, algorithm } = {}) {
  const isObject = typeof header === "object" && !Buffer.isBuffer(header) && !Array.isArray(header);
  const full = isObject ? { ...headerOf(KID), ...header } : header;
  return signParts(encode(full), encode(payload), key, algorithm);
}

function now() {
  return Math.floor(Date.now() / 1000);
}

/** The sign-in that all of our tokens come from. */
const SIGN_IN = {
  originJti: "6d3f2f0b-52b7-4a3f-8a55-6b7dc1e2f5b1",
  eventId: "0d2c3b2e-8d2c-45b0-9d27-1c6f8f1d1b3e",
};
const USER = {
  username: "theseus",
  groups: [],
  attributes: {
    sub: "c4a8c4d8-1071-70f5-8c3b-8d2f6a1c5b7e",
    email: "theseus@example.com",
    email_verified: "false",
    phone_number: "+14155550100",
    phone_number_verified: "false",
  },
};

/** The test pool's claims, of a sign-in a second ago, so that a clock that is late accepts them. */
function claims(use, jti, over) {
  const at = now();
  const state = { settings: { issuer: ISSUER, clientId: CLIENT }, clock: { seconds: () => at } };
  const ofPool = claimsOf(use, state, USER, { ...SIGN_IN, authTime: at - 1 });
  return { ...ofPool, iat: at - 1, jti, ...over };
}

/** The claims of an ID token as Cognito makes them; `over` changes members, undefined removes one. */
const idClaims = (over) => claims("id", "b3a6c9a4-f0a1-4a53-9f0a-7a3c0e6f9d11", over);

/** The claims of an access token as Cognito makes them: `client_id` where the ID token has `aud`. */
const accessClaims = (over) => claims("access", "7c0d5c5e-2a0e-4b6f-9df2-6a4b4d8e9b10", over);

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/**
 * The same bytes in another spelling: the last character's bits that belong to no byte are set.
 * A part whose bytes fill its characters has no such bits: that would make the test prove nothing.
 */
function withStrayBits(part) {
  const spare = { 2: 0b1111, 3: 0b11 }[part.length % 4];
  if (!spare) throw new Error("this part has no spare bits: change its length");
  const last = ALPHABET.indexOf(part.at(-1));
  const changed = part.slice(0, -1) + ALPHABET[last ^ spare];
  if (!Buffer.from(changed, "base64url").equals(Buffer.from(part, "base64url"))) {
    throw new Error("the bytes changed");
  }
  return changed;
}

/** JSON text of `value` with white space at its end until its encoding has spare bits. */
function withSpareBits(value) {
  let text = JSON.stringify(value);
  while (encode(text).length % 4 === 0) text += " ";
  return text;
}

/** Another letter of the alphabet in this place. */
function flip(token, at) {
  const index = ALPHABET.indexOf(token[at]);
  const other = ALPHABET[(index + 32) % 64];
  return token.slice(0, at) + other + token.slice(at + 1);
}

/** What RSA with e = 1 would verify: the padded digest itself, which anybody can write down. */
function paddedDigest(data, size) {
  const digest = crypto.createHash("sha256").update(data).digest();
  const info = Buffer.from("3031300d060960864801650304020105000420", "hex");
  const fill = Buffer.alloc(size - 3 - info.length - digest.length, 0xff);
  return Buffer.concat([Buffer.from([0, 1]), fill, Buffer.from([0]), info, digest]);
}

module.exports = {
  CLIENT,
  ISSUER,
  KID,
  POOL,
  REGION,
  accessClaims,
  encode,
  flip,
  idClaims,
  jwk,
  jwks,
  now,
  paddedDigest,
  rsaPair,
  sign,
  signParts,
  withSpareBits,
  withStrayBits,
};
