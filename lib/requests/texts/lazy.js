"use strict";

// Loaded at its first use, as lib/lazy.js says: few answers need it, and compiling its patterns takes milliseconds.

module.exports = {
  showable: () => require("./showable"),
};
