"use strict";

// The example applications have tests of their own, for Node's test runner: users are to copy them. They are run here as a user runs them.

const path = require("node:path");
const { ROOT, run } = require("../support/child.js");

test.each([
  ["turn-based-game", 15],
  ["web-app", 50],
])("the tests of examples/%s pass, more than %i", async (name, least) => {
  const file = path.join(ROOT, "examples", name, "app.test.js");
  const { code, stdout, stderr } = await run("", { file, seconds: 60 });
  const failed = stdout.split("\n").filter((line) => /^\s*(?:not ok|✖)/.test(line));
  expect({ code, failed, stderr }).toEqual({ code: 0, failed: [], stderr: "" });
  const count = (what) => Number(stdout.match(new RegExp(`^\\S+ ${what} (\\d+)$`, "m"))[1]);
  expect(count("pass")).toBeGreaterThan(least);
  expect(count("skipped") + count("todo")).toBe(0);
});
