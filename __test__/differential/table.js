"use strict";

// README's table "Where we differ", from the list of differences.

const DIFFERENCES = require("./differences.js");
const { table } = require("../support/generated.js");

const SOURCE = "__test__/differential/differences.js";

const content = table([
  ["the tutorial's `auth.js`", "this package", "because"],
  ...DIFFERENCES.map(({ original, ours, why }) => [original, ours, why]),
]);

module.exports = { SOURCE, content };
