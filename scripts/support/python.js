"use strict";

// The project's own Python, in which ministack is installed.

const fs = require("node:fs");
const path = require("node:path");

const root = path.join(__dirname, "..", "..");
const directory = path.join(root, ".venv");
const requirements = path.join(root, "requirements-dev.txt");
const executable =
  process.platform === "win32"
    ? path.join(directory, "Scripts", "python.exe")
    : path.join(directory, "bin", "python");

// A copy of the requirements that the environment was made with. It is written last: half an installation has none.
const stamp = path.join(directory, "installed-requirements.txt");

function hasMinistack() {
  return (
    fs.existsSync(executable) &&
    fs.existsSync(stamp) &&
    fs.readFileSync(stamp, "utf8") === fs.readFileSync(requirements, "utf8")
  );
}

module.exports = { directory, executable, hasMinistack, requirements, stamp };
