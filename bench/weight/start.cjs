"use strict";

// One process: loads what its folder has, does one thing for the first time, prints what that took.

const { performance } = require("node:perf_hooks");

const { dependencies } = require("./package.json");

const DO = {
  // The packages by themselves; the addon comes with the package that it belongs to.
  nothing: async () => {},
  verify: ({ verifyToken }) => verifyToken(process.env.TOKEN),
  login: ({ login }) => login("theseus", "Labyrinth1"),
};

const [what] = process.argv.slice(2);
const modules =
  what === "nothing"
    ? Object.keys(dependencies).filter((name) => !name.startsWith("cognito-auth-native-"))
    : ["./auth.cjs"];

const before = { at: performance.now(), memory: process.memoryUsage.rss() };
const loadedModules = modules.map((name) => require(name));
const loaded = { at: performance.now(), memory: process.memoryUsage.rss() };
DO[what](...loadedModules).then(() => {
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
