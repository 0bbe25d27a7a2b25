"use strict";

// The values of all rounds → figures for a table.

const { median } = require("./report");

const number = (value) =>
  value >= 1_000 ? Math.round(value).toLocaleString("en-US") : value.toPrecision(3);

/** The median of the ratios of all rounds: both values of a round saw the same state of the machine. */
const ratioOf = (values, others) => median(values.map((value, round) => value / others[round]));

/** Median, least and most. */
const spread = (values) => [median(values), Math.min(...values), Math.max(...values)].map(number);

/** A Markdown table whose columns are numbers, but the first. */
const table = (head, rows) =>
  [head, ["---", ...head.slice(1).map(() => "---:")], ...rows]
    .map((cells) => `| ${cells.join(" | ")} |`)
    .join("\n");

module.exports = { number, ratioOf, spread, table };
