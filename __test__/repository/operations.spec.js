"use strict";

// The table of Cognito's operations, in Rust and JavaScript, is the one that the API's model and facts.json give.

const fs = require("node:fs");
const path = require("node:path");
const facts = require("../../src/core/operations/facts.json");
const { files, rows } = require("../../tools/operations");
const root = require("../../tools/root");

test.each(["src/core/operations/table.rs", "lib/generated/operations.js"])(
  "%s is what `npm run generate` writes",
  (name) => {
    const committed = fs.readFileSync(path.join(root, name), "utf8");
    expect(committed).toBe(files()[path.normalize(name)]);
  },
);

test.each([
  ["lacks", "ListUsers", (name) => delete facts.operations[name]],
  ["has alone", "ListNothing", (name) => Object.assign(facts.operations, { [name]: ["pool"] })],
])("an operation that facts.json %s is an error that names it", (_how, name, change) => {
  const before = { ...facts.operations };
  change(name);
  try {
    expect(rows).toThrow(`[${name}]`);
  } finally {
    for (const key of Object.keys(facts.operations)) delete facts.operations[key];
    Object.assign(facts.operations, before);
  }
});

test("JavaScript's table has every operation once", () => {
  const table = require("../../lib/generated/operations.js");
  const names = Object.values(table).flatMap((text) => text.split(" "));
  expect(names.sort()).toEqual(rows().map(({ name }) => name));
});
