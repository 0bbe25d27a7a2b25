"use strict";

// The table of Cognito's operations, as scripts/generate.js writes it. The API's model (botocore's, which
// requirements-model.txt pins) says what there is, what is signed and what a request takes; src/core/operations/facts.json says
// the rest by hand.

const fs = require("node:fs");
const path = require("node:path");
const zlib = require("node:zlib");
const facts = require("../src/core/operations/facts.json");
const { model } = require("./python");

const HEADER = "made by `npm run generate`: never edited by hand.";

/** The members of a request that are the configuration's, by their letter in JavaScript's table. */
const SETTINGS = { p: "UserPoolId", c: "ClientId", s: "SecretHash" };

/** A request that destroys the pool or the app client must name it. */
const NEVER_FILLED_IN = ["DeleteUserPool", "DeleteUserPoolClient"];

/** The model's file, of the version in requirements-model.txt. */
function modelFile() {
  const file = path.join("botocore", "data", "cognito-idp", "2016-04-18", "service-2.json.gz");
  const found = sitePackages()
    .map((folder) => path.join(folder, file))
    .find((name) => fs.existsSync(name));
  if (found === undefined || !model.isInstalled()) {
    throw new Error(
      "the model of Cognito's API is not installed in .venv-model: run `npm run setup`",
    );
  }
  return found;
}

/** Where Python keeps packages: lib/python3.11/site-packages, on Windows Lib/site-packages. */
function sitePackages() {
  const lib = path.join(model.directory, process.platform === "win32" ? "Lib" : "lib");
  if (!fs.existsSync(lib)) return [];
  return [".", ...fs.readdirSync(lib)].map((name) => path.join(lib, name, "site-packages"));
}

/** The model: `operations` and `shapes` by name. */
const readModel = () => JSON.parse(zlib.gunzipSync(fs.readFileSync(modelFile())));

/** The model's operations, with what facts.json knows of them, in the order of their names. */
function rows() {
  const api = readModel();
  const names = Object.keys(api.operations).sort();
  const missing = names.filter((name) => !Object.hasOwn(facts.operations, name));
  const unknown = Object.keys(facts.operations).filter((name) => !names.includes(name));
  if (missing.length + unknown.length > 0) {
    throw new Error(
      `src/core/operations/facts.json lacks [${missing}] and has [${unknown}], which the model does not have`,
    );
  }
  return names.map((name) => rowOf(api, name));
}

function rowOf(api, name) {
  const { input, authtype } = api.operations[name];
  const { members = {}, required = [] } = input === undefined ? {} : api.shapes[input.shape];
  const [family, repeat, quota] = facts.operations[name];
  if (!["repeatable", "once"].includes(repeat)) throw new Error(`${name} is neither`);
  const filledIn = NEVER_FILLED_IN.includes(name)
    ? []
    : Object.keys(SETTINGS).filter((letter) => isFilledIn(SETTINGS[letter], members, required));
  return {
    name,
    family: `${family[0].toUpperCase()}${family.slice(1)}`,
    signed: authtype !== "none",
    repeatable: repeat === "repeatable",
    filledIn,
    quota,
  };
}

/** Without a client that it may have, a request is about the pool as a whole. */
const isFilledIn = (setting, members, required) =>
  setting === "ClientId" ? required.includes(setting) : Object.hasOwn(members, setting);

/** The table for Rust. */
function rust(table) {
  const lines = table.map(({ name, family, signed, repeatable, filledIn, quota }) => {
    const settings = filledIn.map((letter) => `S::${SETTINGS[letter]}`).join(", ");
    const category = quota === null ? "None" : `Some(Q::${quota})`;
    return `    row("${name}", F::${family}, ${signed}, ${repeatable}, &[${settings}], ${category}),\n`;
  });
  return (
    `//! Cognito's operations, ${HEADER}\n\n` +
    "use super::row::{Family as F, Quota as Q, Row, Setting as S, row};\n\n" +
    `#[rustfmt::skip]\npub(super) static ROWS: [Row; ${table.length}] = [\n${lines.join("")}];\n`
  );
}

/** The table for JavaScript: the names, by what is filled in. */
function javascript(table) {
  const kinds = { __proto__: null };
  for (const { name, filledIn } of table) {
    const letters = filledIn.length === 0 ? "none" : filledIn.join("");
    kinds[letters] = [...(kinds[letters] ?? []), name];
  }
  const lines = Object.entries(kinds).map(
    ([letters, names]) => `  ${letters}: "${names.join(" ")}",\n`,
  );
  return (
    `"use strict";\n\n// Cognito's operations, ${HEADER}\n\n` +
    "/** What is filled in (p: UserPoolId, c: ClientId, s: SecretHash), and the operations that take it. */\n" +
    `module.exports = {\n${lines.join("")}};\n`
  );
}

/** Each generated file's text, by its path. */
function files() {
  const table = rows();
  return {
    [path.join("src", "core", "operations", "table.rs")]: rust(table),
    [path.join("lib", "generated", "operations.js")]: javascript(table),
  };
}

module.exports = { files, readModel, rows };
