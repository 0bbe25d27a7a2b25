"use strict";

// The test pool in a process of its own: it plays the server's side of SRP. It sends its options. While it is told to be busy, it
// computes as if there were sign-ins.

const crypto = require("node:crypto");
const { createTestPool } = require("../testing.js");

const users = [{ username: "theseus", password: "Labyrinth1" }];

let isBusy = false;

function compute() {
  if (!isBusy) return;
  crypto.getDiffieHellman("modp15").generateKeys();
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
