"use strict";

// Tables in Markdown files that are made from what the tests know.

const end = "<!-- end -->";
const start = (source) => `<!-- made by "npm run docs" from ${source} -->`;

/** The part of a file that is made from `source`, a path. */
const generated = (source, content) => `${start(source)}\n\n${content}\n${end}`;

/** The text with the part that is made from `source` made anew. */
function regenerated(text, source, content) {
  const [before, rest] = text.split(start(source));
  const after = rest?.split(end).slice(1).join(end);
  if (after === undefined) throw new Error(`there is no place for what is made from ${source}`);
  return before + generated(source, content) + after;
}

/** Rows of cells as a Markdown table; the first row is the head. */
function table([head, ...rows]) {
  const line = (cells) => `| ${cells.join(" | ")} |\n`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("");
}

module.exports = { generated, regenerated, table };
