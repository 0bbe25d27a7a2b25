"use strict";

// The public contract as text: the declarations that index.d.ts exports, and what the tests look for in them.

const fs = require("node:fs");
const path = require("node:path");
const root = require("./root");

const STAR = /^export \* from "\.\/(types\/[\w-]+)";$/gm;

/** The files that index.d.ts exports, as paths from the root. */
function contractFiles() {
  const index = fs.readFileSync(path.join(root, "index.d.ts"), "utf8");
  return [...index.matchAll(STAR)].map(([, name]) => `${name}.d.ts`);
}

/** All declarations, file after file, index.d.ts first. */
function contract() {
  return ["index.d.ts", ...contractFiles()]
    .map((name) => fs.readFileSync(path.join(root, name), "utf8"))
    .join("\n");
}

/** The members of the type `Reason`, in the order in which they stand there. */
function reasons() {
  const [, union] = /export type Reason =([^;]+);/.exec(contract());
  return [...union.matchAll(/"([a-z-]+)"/g)].map(([, reason]) => reason);
}

/** The names of the functions and classes, each once, in order. */
function values() {
  const declared = contract().matchAll(/^export (?:function|class) (\w+)/gm);
  return [...new Set([...declared].map(([, name]) => name))].sort();
}

module.exports = { contract, contractFiles, reasons, values };
