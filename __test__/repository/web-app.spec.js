"use strict";

// examples/web-app has tests of its own, for Node's test runner: users are to copy them. They are run here as a user runs them.

const path = require("node:path");
const { ROOT, run } = require("../support/child.js");

test("the tests of examples/web-app pass", async () => {
  const file = path.join(ROOT, "examples", "web-app", "app.test.js");
  const { code, stdout, stderr } = await run("", { file, seconds: 60 });
  const failed = stdout.split("\n").filter((line) => /^\s*(?:not ok|✖)/.test(line));
  expect({ code, failed, stderr }).toEqual({ code: 0, failed: [], stderr: "" });
  const count = (name) => Number(stdout.match(new RegExp(`^\\S+ ${name} (\\d+)$`, "m"))[1]);
  expect(count("pass")).toBeGreaterThan(50);
  expect(count("skipped") + count("todo")).toBe(0);
});
