"use strict";

const path = require("node:path");

/** The Node.js that the package `alias` of the tools' node_modules brings. */
function nodeOf(tools, alias) {
  return path.join(tools, alias, "bin", process.platform === "win32" ? "node.exe" : "node");
}

module.exports = { nodeOf };
