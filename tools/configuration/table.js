"use strict";

// The tables of docs/configuration.md.

const { NOT_READ, OPTIONS, PAGES, POLICY, VARIABLES } = require("./settings.js");
const { table } = require("../generated.js");

const SOURCE = "tools/configuration/settings.js";

const codes = (names = []) => names.map((name) => `\`${name}\``).join(", ");
const link = (page) => (page === undefined ? "" : `[${page}](${PAGES[page]})`);
const withUnit = ({ unit, fallback = "" }) =>
  unit === undefined ? fallback : `${fallback} ${unit}`;

const options = table([
  ["option", "variables", "meaning", "default", "see"],
  ...OPTIONS.map((row) => [
    `\`${row.option}\``,
    codes(row.variables),
    row.meaning,
    withUnit(row),
    link(row.page),
  ]),
]);

const policy = table([
  ["option", "meaning", "default"],
  ...POLICY.map((row) => [`\`${row.option}\``, row.meaning, withUnit(row)]),
]);

const variables = table([
  ["variables", "meaning", "default", "used for", "see"],
  ...VARIABLES.map((row) => [
    codes(row.names),
    row.meaning,
    row.fallback ?? "",
    row.concerns,
    link(row.page),
  ]),
]);

const notRead = table([
  ["variable", "instead"],
  ...NOT_READ.map(([name, instead]) => [`\`${name}\``, instead]),
]);

/** One part of the file for each table: its source has the name of the table after it. */
const PARTS = {
  [`${SOURCE}, options`]: options,
  [`${SOURCE}, policy`]: policy,
  [`${SOURCE}, variables`]: variables,
  [`${SOURCE}, not read`]: notRead,
};

module.exports = { PARTS };
