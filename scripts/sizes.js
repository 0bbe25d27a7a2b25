"use strict";

// Lists the files that are too long: more than 400 lines, those of Rust without their tests. Ends with 1 if there are any.

const fs = require("node:fs");
const path = require("node:path");
const root = require("../tools/root");

const MOST = 400;
const PLACES = [
  "index.js",
  "index.d.ts",
  "bench",
  "lib",
  "scripts",
  "src",
  "testing",
  "testing.d.ts",
  "testing.js",
  "tools",
  "types",
];
const SOURCE = /\.(rs|js|cjs|mjs|ts|py)$/;
const RUST_TESTS = /^#\[cfg\(test\)\]$/m;

/** The number of lines of a text, without the tests that stand at the end of a file of Rust. */
function linesOf(text, isRust) {
  const at = isRust ? text.search(RUST_TESTS) : -1;
  return (at < 0 ? text : text.slice(0, at)).split("\n").length - 1;
}

/** The files of a place, as paths from the root. */
function filesOf(place) {
  if (fs.statSync(path.join(root, place)).isFile()) return [place];
  const names = fs.readdirSync(path.join(root, place), { recursive: true });
  return names
    .filter((name) => SOURCE.test(name) && !name.split(path.sep).includes("node_modules"))
    .map((name) => path.join(place, name));
}

/** The files that are too long, the longest first: `{ name, lines }`. */
function tooLong() {
  return PLACES.flatMap(filesOf)
    .map((name) => {
      const text = fs.readFileSync(path.join(root, name), "utf8");
      return { name, lines: linesOf(text, name.endsWith(".rs")) };
    })
    .filter(({ lines }) => lines > MOST)
    .sort((one, other) => other.lines - one.lines);
}

if (require.main === module) {
  const found = tooLong();
  for (const { name, lines } of found) console.error(`sizes: ${name} has ${lines} lines`);
  if (found.length === 0) console.log(`sizes: no file has more than ${MOST} lines`);
  process.exitCode = found.length === 0 ? 0 : 1;
}

module.exports = { linesOf, tooLong };
