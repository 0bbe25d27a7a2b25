"use strict";

// The example applications have tests of their own, for Node's test runner: users are to copy them. They are run here as a user runs them.

const path = require("node:path");
const { ROOT, run } = require("../support/child.js");

test.each([
  ["turn-based-game/app.test.js", 15],
  ["web-app/admin.test.js", 38],
  ["web-app/app.test.js", 50],
  ["web-app/profile.test.js", 40],
  ["web-app/registration.test.js", 40],
  ["web-app/steps.test.js", 9],
  ["web-app/passwordless.test.js", 30],
  ["web-app/passkeys.test.js", 30],
])("examples/%s passes, more than %i tests", async (name, least) => {
  const file = path.join(ROOT, "examples", name);
  const { code, stdout, stderr } = await run("", { file, seconds: 60 });
  const failed = stdout.split("\n").filter((line) => /^\s*(?:not ok|✖)/.test(line));
  expect({ code, failed, stderr }).toEqual({ code: 0, failed: [], stderr: "" });
  const count = (what) => Number(stdout.match(new RegExp(`^\\S+ ${what} (\\d+)$`, "m"))[1]);
  expect(count("pass")).toBeGreaterThan(least);
  expect(count("skipped") + count("todo")).toBe(0);
});
