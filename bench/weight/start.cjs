"use strict";

// One process: loads what its folder has, does one thing for the first time, prints what that took.

const { performance } = require("node:perf_hooks");

const DO = {
  nothing: async () => {},
  verify: ({ verifyToken }) => verifyToken(process.env.TOKEN),
  login: ({ login }) => login("theseus", "Labyrinth1"),
};

const before = { at: performance.now(), memory: process.memoryUsage.rss() };
const auth = require("./auth.cjs");
const loaded = { at: performance.now(), memory: process.memoryUsage.rss() };
DO[process.argv[2]](auth).then(() => {
  const at = performance.now();
  console.log(
    JSON.stringify({
      require: loaded.at - before.at,
      memory: (loaded.memory - before.memory) / 2 ** 20,
      since: at - before.at,
      whole: at,
    }),
  );
});
