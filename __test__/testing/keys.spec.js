"use strict";

// The keys of pools: pairs that are made ahead, each used once.

const { run } = require("../support/child.js");
const { startPool } = require("../support/test-pool.js");

test("no two pools have a key in common, also after rotations", async () => {
  const pools = await Promise.all(Array.from({ length: 3 }, () => startPool()));
  const modulusesOf = (pool) => pool.jwks().keys.map(({ n }) => n);
  const before = pools.flatMap(modulusesOf);
  await Promise.all(pools.map((pool) => pool.rotateKeys({ fresh: true })));
  expect(new Set([...before, ...pools.flatMap(modulusesOf)]).size).toBe(12);
  await Promise.all(pools.map((pool) => pool.stop()));
});

/** Counts the pairs that are begun, before the pool's files are loaded. */
const COUNTED = `
  const crypto = require("node:crypto");
  const { promisify } = require("node:util");
  const generate = promisify(crypto.generateKeyPair);
  let count = 0;
  crypto.generateKeyPair = () => {};
  crypto.generateKeyPair[promisify.custom] = (...args) => { count += 1; return generate(...args); };
  const { createTestPool } = require("cognito-auth-native/testing.js");
  const start = () => createTestPool({ inProduction: "I know" });`;
const KEYS = 2;

test("a process ends before the next pool's keys are made", async () => {
  const { code, lines } = await run(`${COUNTED}
    (async () => {
      await start();
      const first = count;
      process.once("exit", () => console.log(JSON.stringify([first, count - first])));
    })();`);
  const [first, ahead] = JSON.parse(lines.at(-1));
  expect([code, first >= KEYS, ahead < KEYS]).toEqual([0, true, true]);
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

test("in a process that goes on, the next pool's keys are made ahead", async () => {
  const { code, lines } = await run(`${COUNTED}
    (async () => {
      await start();
      const first = count;
      while (count < first + ${KEYS}) await new Promise((resolve) => setTimeout(resolve, 10));
      await start();
      console.log(JSON.stringify(count - first));
    })();`);
  expect(code).toBe(0);
  // Those of the third pool are begun one by one. If none had been made ahead, the second pool would have begun two at once.
  expect(Number(lines.at(-1))).toBeLessThan(2 * KEYS);
});

test("many pools at once leave threads for files: no more than two pairs are made at once", async () => {
  const { code, lines } = await run(`
    const crypto = require("node:crypto");
    const { promisify } = require("node:util");
    const generate = promisify(crypto.generateKeyPair);
    let now = 0;
    let most = 0;
    crypto.generateKeyPair = () => {};
    crypto.generateKeyPair[promisify.custom] = async (...args) => {
      most = Math.max(most, ++now);
      try {
        return await generate(...args);
      } finally {
        now -= 1;
      }
    };
    const { createTestPool } = require("cognito-auth-native/testing.js");
    const pools = Array.from({ length: 5 }, () => createTestPool({ inProduction: "I know" }));
    Promise.all(pools).then(() => console.log(most));`);
  expect([code, lines.at(-1)]).toEqual([0, "2"]);
});
