"use strict";

// What signs in, loaded at its first use, as lib/lazy.js says.

module.exports = {
  signIn: () => require("./functions"),
};
