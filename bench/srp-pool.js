"use strict";

// The test pool in a process of its own: it plays the server's side of SRP. It says its options; told to be busy, it computes
// until it is told to stop, as it does for sign-ins.

const { createTestPool } = require("../testing.js");
const { verifierOf } = require("../testing/srp.js");

const users = [{ username: "theseus", password: "Labyrinth1" }];

let isBusy = false;

function compute() {
  if (!isBusy) return;
  verifierOf({ name: "pooltheseus", password: "Labyrinth1", salt: 0x5a17n });
  setImmediate(compute);
}

createTestPool({ users, inProduction: "I know" }).then(({ options }) => {
  process.on("message", ({ busy }) => {
    isBusy = busy;
    compute();
  });
  process.once("disconnect", () => process.exit());
  process.send(options);
});
