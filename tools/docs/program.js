"use strict";

// A block as a program: what it takes for granted, the block, what must hold after it, and whether its comments are right.

const path = require("node:path");
const { pathToFileURL } = require("node:url");
const { instrument } = require("./shown.js");

const own = (name) => JSON.stringify(pathToFileURL(path.join(__dirname, name)).href);

/** What the documents' examples call the user pool and the app client. */
const EXAMPLE_POOL = "us-east-1_AbCdEfGhI";
const EXAMPLE_CLIENT = /\b1example23456789\b/g;

/**
 * The program of a block, an ES module that may `require`. `given` is what the process finds in GIVEN: the test pool's ids, which take the
 * place of the example's, and its tokens.
 */
function programOf({ code, line }, { before = "", after = "" }, { userPoolId, clientId }) {
  const ids = code.replaceAll(EXAMPLE_POOL, userPoolId).replace(EXAMPLE_CLIENT, clientId);
  const { code: instrumented, shown } = instrument(ids);
  const text = `
    import { createRequire as __createRequire } from "node:module";
    import __compare from ${own("compare.js")};
    import { assert, given, listen } from ${own("supposed.mjs")};
    const require = __createRequire(import.meta.url);
    const module = { exports: {} };
    const __expected = ${JSON.stringify(shown)};
    const __seen = new Set();
    function __shown(number, value) {
      const { line, text } = __expected[number];
      __seen.add(number);
      if (!__compare.matches(__compare.readShown(text), value)) {
        throw new Error("line " + (line + ${line}) + " shows " + text + ", but it is " + JSON.stringify(value));
      }
      return value;
    }
    ${before}
    ${instrumented}
    ${after}
    assert.equal(__seen.size, __expected.length, "not every line with a value was reached");
    console.log("compared: " + __seen.size);
    process.exit();
  `;
  return { text, compared: shown.length };
}

module.exports = { programOf };
