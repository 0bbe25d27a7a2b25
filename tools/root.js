"use strict";

// The folder of this checkout.

const path = require("node:path");

module.exports = path.join(__dirname, "..");
