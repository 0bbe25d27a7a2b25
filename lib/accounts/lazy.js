"use strict";

// What registers, changes and administrates users, loaded at its first use, as lib/lazy.js says.

module.exports = {
  accounts: () => require("./functions"),
};
