"use strict";

// README's table "Where we differ", from the list of differences.

const START = "<!-- from __test__/differential/differences.js: npm run differences -->\n";
const END = "<!-- end -->";

function tableOf(differences) {
  const rows = differences.map(({ original, ours, why }) => `| ${original} | ${ours} | ${why} |\n`);
  const head = "| the tutorial's `auth.js` | this package | because |\n| --- | --- | --- |\n";
  return `${START}\n${head}${rows.join("")}\n${END}`;
}

/** The text with its table made anew. */
function withTable(text, differences) {
  const [before, rest] = text.split(START);
  const after = rest?.split(END).slice(1).join(END);
  if (after === undefined) throw new Error("README.md has no place for the table of differences");
  return before + tableOf(differences) + after;
}

module.exports = { tableOf, withTable };
