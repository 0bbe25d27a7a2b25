"use strict";

// The server's side of SRP-6a as Cognito does it: RFC 5054's group of 3072 bits with g = 2, and SHA-256.
// https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-authentication-flow-methods.html

const crypto = require("node:crypto");

/** The prime of 3072 bits: https://www.rfc-editor.org/rfc/rfc3526#section-4. */
const N = BigInt(`0x${crypto.getDiffieHellman("modp15").getPrime("hex")}`);
const G = 2n;
const DERIVED_KEY = "Caldera Derived Key\x01";

const fromHex = (hex) => BigInt(`0x${hex}`);
const fromBytes = (bytes) => fromHex(bytes.toString("hex"));

/** The shortest two's complement form, as of Java's BigInteger: never padded to the length of N. */
function bytesOf(number) {
  const hex = number.toString(16);
  const even = hex.length % 2 === 0 ? hex : `0${hex}`;
  return Buffer.from(/^[89a-f]/.test(even) ? `00${even}` : even, "hex");
}

function hash(...parts) {
  const sum = crypto.createHash("sha256");
  for (const part of parts) sum.update(part);
  return sum.digest();
}

const hmac = (key, ...parts) => {
  const sum = crypto.createHmac("sha256", key);
  for (const part of parts) sum.update(part);
  return sum.digest();
};

const K = fromBytes(hash(bytesOf(N), bytesOf(G)));

function power(base, exponent) {
  let result = 1n;
  let square = base % N;
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = (result * square) % N;
    square = (square * square) % N;
  }
  return result;
}

/** What the server keeps of a password: g to the power of a hash. `name` is the pool's name and USER_ID_FOR_SRP. */
const verifierOf = ({ name, password, salt }) =>
  power(G, fromBytes(hash(bytesOf(salt), hash(`${name}:${password}`))));

/** A challenge for SRP_A, in hex: what is sent, and what the answer will be checked with. */
function challengeFor({ name, password, salt, srpA }) {
  const b = fromBytes(crypto.randomBytes(32));
  const verifier = verifierOf({ name, password, salt });
  const B = (K * verifier + power(G, b)) % N;
  const secretBlock = crypto.randomBytes(1024).toString("base64");
  return {
    parameters: { SALT: salt.toString(16), SRP_B: B.toString(16), SECRET_BLOCK: secretBlock },
    proof: { name, A: fromHex(srpA), B, b, verifier, secretBlock },
  };
}

/** The key that both sides have, undefined for numbers that nobody may send. */
function sharedKey({ A, B, b, verifier }) {
  if (A % N === 0n) return undefined;
  const u = fromBytes(hash(bytesOf(A), bytesOf(B)));
  if (u === 0n) return undefined;
  const secret = power(A * power(verifier, u), b);
  return hmac(hmac(bytesOf(u), bytesOf(secret)), DERIVED_KEY).subarray(0, 16);
}

/** Whether `signature`, in base64, shows the password. */
function isProof(proof, { signature, timestamp }) {
  const key = sharedKey(proof);
  if (key === undefined) return false;
  const block = Buffer.from(proof.secretBlock, "base64");
  return hmac(key, proof.name, block, timestamp).equals(Buffer.from(signature, "base64"));
}

module.exports = { bytesOf, challengeFor, isProof, sharedKey, verifierOf };
