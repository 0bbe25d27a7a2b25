"use strict";

// Keys are made as a pool starts, never shipped: a key that everybody has would let anybody forge tokens wherever such a pool
// is configured by mistake.

const crypto = require("node:crypto");
const { promisify } = require("node:util");

const generateKeyPair = promisify(crypto.generateKeyPair);

/** A pool publishes two keys. Making one takes 50 to 500 ms, two at once on two processors as long. */
const KEYS_OF_A_POOL = 2;

/** Pairs that are being made for the next pool. Each is used by one pool. */
const ahead = [];
/** Whether a pool has been started: another one may follow the second. */
let isSecond = false;

function makeAhead() {
  while (ahead.length < KEYS_OF_A_POOL) {
    const pair = generateKeyPair("rsa", { modulusLength: 2048 });
    // The caller that takes it sees the failure.
    pair.catch(() => {});
    ahead.push(pair);
  }
}

/**
 * Making a key keeps the process alive, which no call of Node.js can change. So a process with one pool makes no keys for another one:
 * it ends as its work ends. From the second pool on, the keys of the next one are made in the background.
 */
async function takePairs() {
  makeAhead();
  const pairs = await Promise.all(ahead.splice(0, KEYS_OF_A_POOL));
  if (isSecond) makeAhead();
  isSecond = true;
  return pairs;
}

/** A key as Cognito publishes it: its id is base64 of 32 bytes. */
function describe({ publicKey, privateKey }) {
  const kid = crypto.randomBytes(32).toString("base64");
  const { kty, n, e } = publicKey.export({ format: "jwk" });
  return { kid, privateKey, jwk: { alg: "RS256", e, kid, kty, n, use: "sig" } };
}

const takeKeys = async () => (await takePairs()).map(describe);

let foreign;
/** A key of no pool: made at its first use. */
function foreignKey() {
  foreign ??= describe(crypto.generateKeyPairSync("rsa", { modulusLength: 2048 }));
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

makeAhead();

module.exports = { createKeys, foreignKey };
