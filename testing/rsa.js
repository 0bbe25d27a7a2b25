"use strict";

// RSA keys from OpenSSL's primes: `crypto.generateKeyPair` takes two to three times as long, for conditions on the primes that FIPS asks
// for and nothing here needs (https://www.rfc-editor.org/rfc/rfc8017#section-3).

const crypto = require("node:crypto");
const { promisify } = require("node:util");

const generatePrime = promisify(crypto.generatePrime);

/** As Cognito's keys have it. */
const BITS = 2048;
const EXPONENT = 65_537n;

/** Whether a prime fits the exponent: p - 1 must not be a multiple of it. */
const fits = (prime) => prime % EXPONENT !== 1n;

/** A prime of half the key's bits. Its two highest bits are set, so that the product of two has them all. */
async function newPrime() {
  const prime = await generatePrime(BITS / 2, { bigint: true });
  return fits(prime) ? prime : newPrime();
}

function newPrimeSync(bits) {
  const prime = crypto.generatePrimeSync(bits, { bigint: true });
  return fits(prime) ? prime : newPrimeSync(bits);
}

/** The inverse of `value` modulo `modulus`, by Euclid's algorithm. */
function inverse(value, modulus) {
  let [low, high] = [value % modulus, modulus];
  let [factor, before] = [1n, 0n];
  while (low !== 0n) {
    const quotient = high / low;
    [low, high] = [high - quotient * low, low];
    [factor, before] = [before - quotient * factor, factor];
  }
  return ((before % modulus) + modulus) % modulus;
}

function base64url(number) {
  const hex = number.toString(16);
  return Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, "hex").toString("base64url");
}

/** The key of two primes: `{ publicKey, privateKey }`. */
function pairOf(p, q) {
  const d = inverse(EXPONENT, (p - 1n) * (q - 1n));
  const members = { n: p * q, e: EXPONENT, d, p, q, dp: d % (p - 1n), dq: d % (q - 1n) };
  const numbers = Object.entries({ ...members, qi: inverse(q, p) });
  const key = {
    kty: "RSA",
    ...Object.fromEntries(numbers.map(([name, n]) => [name, base64url(n)])),
  };
  const privateKey = crypto.createPrivateKey({ key, format: "jwk" });
  return { publicKey: crypto.createPublicKey(privateKey), privateKey };
}

/** A new key of this size, at once. */
const newPairSync = (bits = BITS) => pairOf(newPrimeSync(bits / 2), newPrimeSync(bits / 2));

module.exports = { newPairSync, newPrime, pairOf };
