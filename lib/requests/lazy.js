"use strict";

// What handles requests, loaded at its first use, as lib/lazy.js says.

module.exports = {
  requests: () => require("./functions"),
};
