"use strict";

// A process that asks another one, by the functions of shared.js. It ends with 0 if it got the right results.

const assert = require("node:assert/strict");
const { fromPrimary } = require("../shared");

const { numbers } = fromPrimary(process, { numbers: ["double", "fail"] });

async function main() {
  await assert.rejects(numbers.fail("x"), { message: "TypeError: x is no number" });
  const cycle = {};
  cycle.cycle = cycle;
  await assert.rejects(numbers.double(cycle), TypeError);
  assert.deepEqual(await Promise.all([numbers.double(1), numbers.double(2)]), [2, 4]);
}

main().then(
  () => process.exit(0),
  (error) => {
    console.error(error);
    process.exit(1);
  },
);
