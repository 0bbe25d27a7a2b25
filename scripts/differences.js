"use strict";

// Writes README's table "Where we differ" from the list that the differential test holds us to.

const fs = require("node:fs");
const path = require("node:path");
const DIFFERENCES = require("../__test__/differential/differences");
const { withTable } = require("../__test__/differential/table");

const file = path.join(__dirname, "..", "README.md");
fs.writeFileSync(file, withTable(fs.readFileSync(file, "utf8"), DIFFERENCES));
