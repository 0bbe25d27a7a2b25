"use strict";

// The table of docs/errors.md, from the reasons in Rust.

const { table } = require("../generated.js");
const REASONS = require("./reasons.json");

const SOURCE = "src/core/error/reason.rs";

/** A sentence as the end of another one. Names keep their capital letter. */
function when(sentence) {
  const [first] = sentence.split(" ");
  const isName = first === "Cognito" || /[A-Z]{2}/.test(first);
  const text = isName ? sentence : `${sentence[0].toLowerCase()}${sentence.slice(1)}`;
  return text.replace(/\.$/, "");
}

const content = table([
  ["`reason`", "`status`", "when"],
  ...REASONS.map(({ reason, status, meaning }) => [`\`${reason}\``, status, when(meaning)]),
]);

module.exports = { SOURCE, content };
