"use strict";

// The blocks of code in README.md and docs/: the only reader of them.

const fs = require("node:fs");
const path = require("node:path");
const root = require("../root.js");

/** How the languages that Node.js runs, or TypeScript checks, may be spelled. */
const JAVASCRIPT = ["js", "mjs", "cjs", "jsx", "javascript", "node"];
const TYPESCRIPT = ["ts", "mts", "cts", "tsx", "typescript"];

const OPENING = /^(\s*)(`{3,}|~{3,})\s*([^\s`]*)/;

const HEADING = /^#{1,6} (.+)$/;

/** The fenced blocks of a Markdown text: `{ line, heading, language, code }`, `line` as editors count, `heading` the last one before it. */
function fencesOf(text) {
  const blocks = [];
  let heading;
  let open;
  for (const [index, line] of text.split("\n").entries()) {
    const [, indent, fence, language] = OPENING.exec(line) ?? [];
    if (open === undefined) {
      heading = HEADING.exec(line)?.[1] ?? heading;
      if (fence !== undefined) {
        open = { line: index + 1, language: language.toLowerCase(), fence, indent, code: [] };
      }
    } else if (fence?.startsWith(open.fence) && language === "") {
      blocks.push({
        line: open.line,
        heading,
        language: open.language,
        code: open.code.map((one) => `${one}\n`).join(""),
      });
      open = undefined;
    } else {
      open.code.push(line.startsWith(open.indent) ? line.slice(open.indent.length) : line);
    }
  }
  if (open !== undefined) throw new Error(`the block that line ${open.line} begins does not end`);
  return blocks;
}

/** README.md and the files of docs/, by their paths in the repository. */
const guides = () => [
  "README.md",
  ...fs
    .readdirSync(path.join(root, "docs"), { recursive: true })
    .filter((name) => name.endsWith(".md"))
    .map((name) => path.posix.join("docs", name.replaceAll(path.sep, "/")))
    .sort(),
];

/** The blocks of JavaScript and TypeScript in a file of the repository: `{ file, line, heading, language, isTyped, code }`. */
function blocksOf(file) {
  return fencesOf(fs.readFileSync(path.join(root, file), "utf8"))
    .filter(({ language }) => [...JAVASCRIPT, ...TYPESCRIPT].includes(language))
    .map((block) => ({ file, isTyped: TYPESCRIPT.includes(block.language), ...block }));
}

/** The files that a document shows: blocks whose first line is a comment with a name, by that name. */
function filesIn(file) {
  return Object.fromEntries(
    blocksOf(file).flatMap(({ code }) => {
      const [, name] = /^\/\/ ([\w./-]+\.\w+)\n/.exec(code) ?? [];
      return name === undefined ? [] : [[name, code]];
    }),
  );
}

module.exports = { blocksOf, fencesOf, filesIn, guides };
