"use strict";

// Keys are made as a pool starts, never shipped: a key that everybody has would let anybody forge tokens wherever such a pool
// is configured by mistake.

const timers = require("node:timers");
const { jwkOf, newKeyId } = require("./jws.js");
const { newPairSync, newPrime, pairOf } = require("./rsa.js");

// Node's own, as this file is loaded: fake timers replace it later, and in a test environment with a window the global one is another.
const { setTimeout: later } = timers;

/** A pool publishes two keys, each of two primes. Finding a prime takes 20 to 100 ms on a processor. */
const PRIMES_OF_A_POOL = 4;

/** Promises of primes for the next pool. Each is used once. */
const stock = [];

function addPrime() {
  const prime = newPrime();
  // The caller that takes it sees the failure.
  prime.catch(() => {});
  stock.push(prime);
  return prime;
}

let isRefilling = false;
/** Finds primes for the next pool in the background. A process may end before each of them, and waits for the one that is being found. */
async function refill() {
  if (isRefilling) return;
  isRefilling = true;
  while (stock.length < PRIMES_OF_A_POOL) {
    await new Promise((resolve) => later(resolve, 0).unref());
    if (stock.length < PRIMES_OF_A_POOL) await addPrime().catch(() => {});
  }
  isRefilling = false;
}

const describe = ({ publicKey, privateKey }) => {
  const kid = newKeyId();
  return { kid, privateKey, publicKey, jwk: jwkOf(publicKey, kid) };
};

/** Two new keys. What the stock lacks is found at once, and keeps the process alive meanwhile. */
async function takeKeys() {
  while (stock.length < PRIMES_OF_A_POOL) addPrime();
  const [p, q, r, s] = await Promise.all(stock.splice(0, PRIMES_OF_A_POOL));
  refill();
  return [pairOf(p, q), pairOf(r, s)].map(describe);
}

let foreign;
/** A key of no pool: made at its first use. */
function foreignKey() {
  foreign ??= describe(newPairSync());
  return foreign;
}

/**
 * A pool's keys. ID tokens are signed with one, access tokens with the other:
 * https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-access-token.html
 */
async function createKeys() {
  let keys = await takeKeys();
  let idKey = 0;
  return {
    /** The key that signs tokens of this `token_use`. */
    signing: (use) => keys[use === "access" ? 1 - idKey : idKey],
    withId: (kid) => keys.find((key) => key.kid === kid),
    jwks: () => ({ keys: keys.map(({ jwk }) => ({ ...jwk })) }),
    /** Lets the two change places; with `fresh`, two new ones take theirs. */
    async rotate(fresh) {
      if (fresh) keys = await takeKeys();
      else idKey = 1 - idKey;
    },
  };
}

while (stock.length < PRIMES_OF_A_POOL) addPrime();

module.exports = { createKeys, foreignKey };
