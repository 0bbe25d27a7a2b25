"use strict";

// Tokens of one turn of the event loop are verified in batches that are limited by their number and by their size.

const { createAuth } = require("../..");
const native = require("../../lib/host/native.js");
const {
  CLIENT,
  POOL,
  idClaims,
  jwk,
  jwks,
  rsaPair,
  sign,
} = require("../../tools/testing/tokens.js");

const TOKENS = 64;
const CHARACTERS = 128 * 1024;

const options = () => ({
  userPoolId: POOL,
  clientId: CLIENT,
  keys: { jwks: jwks(jwk(rsaPair())) },
});
const tokenOf = (jti, length) => sign({ payload: idClaims({ jti, pad: "a".repeat(length) }) });

/** The batches in which tokens are verified that are handed in at once; of each its tokens' lengths. */
async function batchesOf(tokens) {
  const { verifyMany } = native;
  const batches = [];
  native.verifyMany = (handle, batch, now) => {
    batches.push(batch.map(({ length }) => length));
    return verifyMany(handle, batch, now);
  };
  try {
    const { verifyToken } = createAuth(options());
    const outcomes = await Promise.allSettled(tokens.map((token) => verifyToken(token)));
    return { batches, outcomes };
  } finally {
    native.verifyMany = verifyMany;
  }
}

test.each([
  ["small ones", Array(200).fill(10)],
  ["large ones", Array(20).fill(44_000)],
  [
    "large ones among small ones",
    Array.from({ length: 150 }, (_, i) => (i % 10 === 0 ? 44_000 : 10)),
  ],
  ["a single one", [44_000]],
])("%s", async (_name, lengths) => {
  const tokens = lengths.map((length, index) => tokenOf(`${index}`, length));
  const { batches, outcomes } = await batchesOf(tokens);
  expect(outcomes.map(({ value }) => value?.jti)).toEqual(
    tokens.map((_token, index) => `${index}`),
  );
  // The first is verified at once.
  expect(batches.flat()).toEqual(tokens.slice(1).map(({ length }) => length));
  for (const batch of batches) {
    expect(batch.length).toBeLessThanOrEqual(TOKENS);
    const characters = batch.reduce((sum, length) => sum + length, 0);
    expect(batch.length === 1 || characters <= CHARACTERS).toBe(true);
  }
});

test("a token that is larger than a batch has one of its own, and is refused", async () => {
  const huge = "a".repeat(CHARACTERS + 1);
  const { batches, outcomes } = await batchesOf([
    tokenOf("0", 1),
    huge,
    tokenOf("1", 1),
    huge,
    huge,
    tokenOf("2", 1),
  ]);
  expect(batches.filter((batch) => batch.includes(huge.length))).toEqual(
    Array(3).fill([huge.length]),
  );
  expect(outcomes.map(({ reason }) => reason?.reason)).toEqual([
    undefined,
    "token-malformed",
    undefined,
    "token-malformed",
    "token-malformed",
    undefined,
  ]);
});

test("batches are full", async () => {
  const { batches } = await batchesOf(Array.from({ length: 130 }, (_, i) => tokenOf(`${i}`, 10)));
  expect(batches.map(({ length }) => length)).toEqual([64, 64, 1]);
});
