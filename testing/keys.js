"use strict";

// Keys are made as a pool starts, never shipped: a key that everybody has would let anybody forge tokens wherever such a pool
// is configured by mistake.

const crypto = require("node:crypto");
const timers = require("node:timers");
const { promisify } = require("node:util");
const { jwkOf, newKeyId } = require("./jws.js");

const generateKeyPair = promisify(crypto.generateKeyPair);

/** As Cognito's keys are. */
const RSA = { modulusLength: 2048 };

// Node's own, as this file is loaded: fake timers replace it later, and in a test environment with a window the global one is another.
const { setTimeout: later } = timers;

/** A pool publishes two keys. Making one takes 50 to 500 ms, two at once on two processors as long. */
const KEYS_OF_A_POOL = 2;

/** Promises of pairs for the next pool. Each is used once. */
const stock = [];

/** When the last pairs are there. A new one waits for the last but one: more at once would take all of Node.js' four threads for files. */
const lanes = Array(KEYS_OF_A_POOL).fill(Promise.resolve());

function addPair() {
  const pair = lanes.shift().then(() => generateKeyPair("rsa", RSA));
  lanes.push(pair.catch(() => {}));
  // The caller that takes it sees the failure.
  pair.catch(() => {});
  stock.push(pair);
  return pair;
}

let isRefilling = false;
/** Makes pairs for the next pool in the background. A process may end before each of them, and waits for the one that is being made. */
async function refill() {
  if (isRefilling) return;
  isRefilling = true;
  while (stock.length < KEYS_OF_A_POOL) {
    await new Promise((resolve) => later(resolve, 0).unref());
    if (stock.length < KEYS_OF_A_POOL) await addPair().catch(() => {});
  }
  isRefilling = false;
}

const describe = ({ publicKey, privateKey }) => {
  const kid = newKeyId();
  return { kid, privateKey, publicKey, jwk: jwkOf(publicKey, kid) };
};

/** Two new keys. What the stock lacks is made at once, and keeps the process alive meanwhile. */
async function takeKeys() {
  while (stock.length < KEYS_OF_A_POOL) addPair();
  const pairs = await Promise.all(stock.splice(0, KEYS_OF_A_POOL));
  refill();
  return pairs.map(describe);
}

let foreign;
/** A key of no pool: made at its first use. */
function foreignKey() {
  foreign ??= describe(crypto.generateKeyPairSync("rsa", RSA));
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

while (stock.length < KEYS_OF_A_POOL) addPair();

module.exports = { createKeys, foreignKey };
