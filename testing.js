"use strict";

// A user pool for the tests of an application: see testing.d.ts. It stands beside the package, which does not load it.

const { createTestPool } = require("./testing/pool.js");

module.exports = { createTestPool };
