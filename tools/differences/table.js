"use strict";

// The table of docs/differences.md, from the list of differences.

const DIFFERENCES = require("./differences.js");
const { table } = require("../generated.js");

const SOURCE = "tools/differences/differences.js";

const content = table([
  ["the tutorial's `auth.js`", "this package", "because"],
  ...DIFFERENCES.map(({ original, ours, why }) => [original, ours, why]),
]);

module.exports = { SOURCE, content };
