"use strict";

// The values of all rounds → figures for a table.

const os = require("node:os");
const { median } = require("./report");

/** The values of all rounds by a name. */
class Values extends Map {
  add(name, value) {
    this.set(name, [...(this.get(name) ?? []), value]);
  }
}

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

/** What stands above the tables of a run. */
const heading = (rounds) =>
  `${os.cpus().length} × ${os.cpus()[0].model.trim()}, Node.js ${process.version}, rounds: ${rounds}, load average now: ${os.loadavg()[0].toFixed(1)}. Ratios are medians of the rounds' ratios.\n`;

module.exports = { Values, heading, number, ratioOf, spread, table };
