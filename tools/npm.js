"use strict";

// npm, as it is here.

const path = require("node:path");
const { run } = require("./steps");

/** The command that runs npm, and its first arguments. */
function npmCommand() {
  // Under `npm run`: the npm that runs us, by its own file. On Windows `npm` itself is a batch file, which needs a shell.
  const own = process.env.npm_execpath;
  if (own && path.basename(own) === "npm-cli.js") return [process.execPath, own];
  return process.platform === "win32" ? ["cmd.exe", "/d", "/c", "npm"] : ["npm"];
}

/** Runs npm as `run` runs any command. */
function npm(args, options) {
  const [command, ...first] = npmCommand();
  return run(command, [...first, ...args], options);
}

module.exports = { npm, npmCommand };
