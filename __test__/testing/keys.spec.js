"use strict";

// The keys of pools: made of primes that are found ahead, each used once.

const crypto = require("node:crypto");
const { newPairSync } = require("../../testing/rsa.js");
const { run } = require("../support/child.js");
const { startPool } = require("../support/test-pool.js");

const numberOf = (text) => BigInt(`0x${Buffer.from(text, "base64url").toString("hex")}`);
const gcd = (a, b) => (b === 0n ? a : gcd(b, a % b));

test.each([1024, 2048, 3072])("a key of %i bits signs, and its numbers fit", (bits) => {
  const { publicKey, privateKey } = newPairSync(bits);
  expect(publicKey.asymmetricKeyDetails).toEqual({
    modulusLength: bits,
    publicExponent: 65_537n,
  });
  const data = Buffer.from("thread");
  const signature = crypto.sign("sha256", data, privateKey);
  expect(crypto.verify("sha256", data, publicKey, signature)).toBe(true);
  const { kty, ...members } = privateKey.export({ format: "jwk" });
  const numbers = Object.entries(members).map(([name, text]) => [name, numberOf(text)]);
  const { n, e, d, p, q, dp, dq, qi } = Object.fromEntries(numbers);
  expect(p * q).toBe(n);
  for (const prime of [p, q]) expect(crypto.checkPrimeSync(prime)).toBe(true);
  expect([(d * e) % (p - 1n), (d * e) % (q - 1n)]).toEqual([1n, 1n]);
  expect([d % (p - 1n), d % (q - 1n), (qi * q) % p]).toEqual([dp, dq, 1n]);
});

test("no two keys of pools have a prime in common, also after rotations", async () => {
  const pools = await Promise.all(Array.from({ length: 3 }, () => startPool()));
  const modulusesOf = (pool) => pool.jwks().keys.map(({ n }) => n);
  const before = pools.flatMap(modulusesOf);
  await Promise.all(pools.map((pool) => pool.rotateKeys({ fresh: true })));
  const moduluses = [...before, ...pools.flatMap(modulusesOf)].map(numberOf);
  expect(moduluses).toHaveLength(12);
  for (const [index, one] of moduluses.entries()) {
    for (const other of moduluses.slice(index + 1)) expect(gcd(one, other)).toBe(1n);
  }
  await Promise.all(pools.map((pool) => pool.stop()));
});

/** Counts the primes that are begun, before the pool's files are loaded. */
const COUNTED = `
  const crypto = require("node:crypto");
  const { generatePrime } = crypto;
  let count = 0;
  crypto.generatePrime = (...args) => { count += 1; return generatePrime(...args); };
  const { createTestPool } = require("cognito-auth-native/testing.js");
  const start = () => createTestPool({ inProduction: "I know" });`;
const PRIMES = 4;

test("a process ends before the next pool's primes are found", async () => {
  const { code, lines } = await run(`${COUNTED}
    (async () => {
      await start();
      const first = count;
      process.once("exit", () => console.log(JSON.stringify([first, count - first])));
    })();`);
  const [first, ahead] = JSON.parse(lines.at(-1));
  expect([code, first >= PRIMES, ahead < PRIMES]).toEqual([0, true, true]);
});

test("where a window's timers are global, which are numbers", async () => {
  const { code, stderr, lines } = await run(`
    globalThis.setTimeout = () => 1;
    const { createTestPool } = require("cognito-auth-native/testing.js");
    (async () => {
      const pools = [];
      for (let count = 0; count < 3; count++) pools.push(await createTestPool({ inProduction: "I know" }));
      console.log(pools.length);
    })();`);
  expect([code, stderr, lines.at(-1)]).toEqual([0, "", "3"]);
});

test("in a process that goes on, the next pool's primes are found ahead", async () => {
  const { code, lines } = await run(`${COUNTED}
    (async () => {
      await start();
      const first = count;
      while (count < first + ${PRIMES}) await new Promise((resolve) => setTimeout(resolve, 10));
      await start();
      console.log(JSON.stringify(count - first));
    })();`);
  expect(code).toBe(0);
  // Those of the third pool are begun one by one. If none had been found ahead, the second pool would have begun four at once.
  expect(Number(lines.at(-1))).toBeLessThan(2 * PRIMES);
});
