"use strict";

// A million random and mutated tokens, the same ones for the same seed: each must be refused with a typed error, or be
// good, and memory must stay flat.

const { parseArgs } = require("node:util");
const {
  CLIENT,
  POOL,
  REGION,
  flip,
  idClaims,
  jwk,
  jwks,
  rsaPair,
  sign,
} = require("../../tools/testing/tokens");
const { expectFlat, usage } = require("../../tools/usage");
const { generator } = require("../../tools/random");
const { AuthError, createAuth } = require("../..");

const BATCH = 50;

const ALPHABET =
  'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.=+/ \0é\ud800{}"';

function mutations(random) {
  const character = () => ALPHABET[random(ALPHABET.length)];
  return [
    (token) => flip(token, random(token.length)),
    (token) => token.slice(0, random(token.length)),
    (token) => token.slice(random(token.length)),
    (token) => {
      const at = random(token.length);
      return token.slice(0, at) + character() + token.slice(at);
    },
    (token) => {
      const parts = token.split(".");
      const [from, to] = [random(parts.length), random(parts.length)];
      [parts[from], parts[to]] = [parts[to], parts[from]];
      return parts.join(".");
    },
    (token) => token.repeat(2 + random(3)),
    () => Array.from({ length: random(200) }, character).join(""),
    (token) => {
      const [, payload, signature] = token.split(".");
      const header = Array.from({ length: random(60) }, character).join("");
      return [Buffer.from(header).toString("base64url"), payload, signature].join(".");
    },
  ];
}

async function main() {
  const { values } = parseArgs({
    options: {
      count: { type: "string", default: "1000000" },
      seed: { type: "string", default: "20261123" },
    },
  });
  const [count, seed] = [Number(values.count), Number(values.seed)];
  if (!Number.isSafeInteger(count) || count < 1 || !Number.isSafeInteger(seed)) {
    throw new Error("--count and --seed take whole numbers");
  }
  const random = generator(seed);
  const mutate = mutations(random);
  const good = Array.from({ length: 16 }, (_, i) =>
    sign({ payload: idClaims({ jti: `${i}`, nested: { list: [i, { deep: "ü" }] } }) }),
  );
  const auth = createAuth({
    region: REGION,
    userPoolId: POOL,
    clientId: CLIENT,
    keys: { jwks: jwks(jwk(rsaPair())) },
  });

  const reasons = {};
  const judge = async (token) => {
    try {
      await auth.verifyToken(token);
      if (!good.includes(token)) throw new Error(`accepted: ${JSON.stringify(token)}`);
      return "accepted, being one of the good ones";
    } catch (error) {
      if (!AuthError.is(error)) throw error;
      return error.reason;
    }
  };
  const start = performance.now();
  let atStart;
  for (let done = 0; done < count; done += BATCH) {
    const tokens = Array.from({ length: Math.min(BATCH, count - done) }, () =>
      mutate[random(mutate.length)](good[random(good.length)]),
    );
    for (const reason of await Promise.all(tokens.map(judge))) {
      reasons[reason] = (reasons[reason] ?? 0) + 1;
    }
    // The first half is warm-up: code is compiled, heaps and the native allocator find their size.
    if (atStart === undefined && done >= count / 2) atStart = usage();
  }
  const seconds = (performance.now() - start) / 1000;
  console.log(`${count} tokens, seed ${seed}, ${seconds.toFixed(1)} s`);
  console.table(reasons);
  expectFlat(atStart ?? usage());
}

main().catch((error) => {
  console.error(error.message);
  process.exitCode = 1;
});
