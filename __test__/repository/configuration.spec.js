"use strict";

// docs/configuration.md names every option and variable of the code, and no other.

const fs = require("node:fs");
const path = require("node:path");
const {
  NOT_READ,
  OPTIONS,
  PAGES,
  POLICY,
  VARIABLES,
} = require("../../tools/configuration/settings.js");
const { PARTS } = require("../../tools/configuration/table.js");
const { contract } = require("../../tools/contract");
const { generated } = require("../../tools/generated.js");
const root = require("../../tools/root.js");

const read = (name) => fs.readFileSync(path.join(root, name), "utf8");

/** The part of a text that the first group of `pattern` matches. */
function part(text, pattern) {
  const found = pattern.exec(text);
  if (found === null) throw new Error(`nothing matches ${pattern}`);
  return found[1];
}

const namesBy = (text, pattern) => [...text.matchAll(pattern)].map(([, name]) => name);
const sorted = (names) => [...names].sort();
const camelCase = (name) => name.replace(/_(\w)/g, (_match, letter) => letter.toUpperCase());

const optionsJs = read("lib/settings/options.js");
const environmentJs = read("lib/settings/environment.js");
const variablesJs = environmentJs + read("lib/generated/variables.js");
const types = contract();
const settingsRs = read("src/core/config/settings.rs");

/** The members of an object literal in lib/settings/options.js. */
const keysOf = (name) =>
  namesBy(part(optionsJs, new RegExp(`\\nconst ${name} = \\{(.*?)\\};`, "s")), /(\w+):/g);
/** The members of an interface in the types. */
const membersOf = (name) =>
  namesBy(
    part(types, new RegExp(`\\nexport interface ${name} \\{\\n(.*?)\\n\\}`, "s")),
    /^ {2}(?:readonly )?(\w+)\??:/gm,
  );
/** The fields of a struct in settings.rs, as JavaScript names them. */
const fieldsOf = (name) =>
  namesBy(
    part(settingsRs, new RegExp(`\\npub struct ${name} \\{\\n(.*?)\\n\\}`, "s")),
    /^ {4}pub (\w+):/gm,
  ).map(camelCase);

const NAMES = OPTIONS.map(({ option }) => option);
const membersOfOption = (option) => OPTIONS.find((row) => row.option === option).members;

test("the options are those of the code, of the types and of the native side", () => {
  expect(sorted(NAMES)).toEqual(sorted(keysOf("OPTIONS")));
  expect(sorted(NAMES)).toEqual(sorted(membersOf("AuthOptions")));
  /** What the native side also gets: the environment's. `keys` crosses as `jwks`, and `verify` apart, as a policy. */
  const others = [
    "ambientRegion",
    "endpointIsVariable",
    "environment",
    "extraCaCerts",
    "httpsProxy",
    "noProxy",
    "profile",
  ];
  const crossing = NAMES.filter((name) => name !== "verify").map((name) =>
    name === "keys" ? "jwks" : name,
  );
  expect(sorted([...crossing, ...others])).toEqual(sorted([...fieldsOf("Settings"), "pools"]));
});

test("so are the members of options", () => {
  const policy = membersOfOption("verify");
  expect(sorted(policy)).toEqual(sorted(keysOf("VERIFY")));
  expect(sorted(policy)).toEqual(sorted(membersOf("VerifyPolicy")));
  expect(POLICY.map(({ option }) => option)).toEqual(policy.map((name) => `verify.${name}`));
  expect(membersOfOption("credentials")).toEqual(keysOf("CREDENTIALS"));
  expect(membersOfOption("keys")).toEqual(keysOf("KEYS"));
});

test("an option's variables are those that the code reads for it, in its order", () => {
  const rows = part(environmentJs, /\nconst VARIABLES = (\[.*?\n\]);/s);
  const variables = new Map(new Function(`return ${rows}`)());
  const ofOptions = OPTIONS.filter(
    ({ option, variables: own, isShared }) => own && !isShared && option !== "credentials",
  );
  for (const { option, variables: own } of ofOptions) {
    expect({ option, variables: own }).toEqual({ option, variables: variables.get(option) });
    variables.delete(option);
  }
  const others = VARIABLES.map(({ names }) => names.join());
  for (const [setting, names] of variables) {
    expect([setting, others.includes(names.join())]).toEqual([setting, true]);
  }
  const credentials = part(environmentJs, /\nconst CREDENTIALS = (\[.*?\n\]);/s);
  const { members, variables: own } = OPTIONS.find(({ option }) => option === "credentials");
  expect(new Function(`return ${credentials}`)()).toEqual(
    members.map((name, at) => [name, own[at]]),
  );
});

test("the variables are those of the code", () => {
  const named = [
    ...OPTIONS.flatMap(({ variables = [] }) => variables),
    ...VARIABLES.flatMap(({ names }) => names),
  ];
  expect(named).toEqual([...new Set(named)]);
  const inCode = new Set(
    namesBy(variablesJs, /"(_?[A-Za-z]+(?:_[A-Za-z0-9]+)+|HOME[A-Z]*|USERPROFILE)"/g),
  );
  expect(sorted(named)).toEqual(sorted(inCode));
  for (const [name] of NOT_READ) {
    expect([name, variablesJs.includes(name)]).toEqual([name, false]);
  }
});

test("each row refers to a page that is listed, and each page is referred to", () => {
  const pages = [...OPTIONS, ...POLICY, ...VARIABLES].map(({ page }) => page);
  expect(sorted(new Set(pages.filter(Boolean)))).toEqual(sorted(Object.keys(PAGES)));
});

test.each(Object.keys(PARTS))("the file has the tables (npm run docs): %s", (source) => {
  expect(read("docs/configuration.md")).toContain(generated(source, PARTS[source]));
});

test("every variable of AWS's and ours in the types stands in the file", () => {
  const text = read("docs/configuration.md");
  const names = namesBy(types, /`((?:AWS|COGNITO|USER_POOL)_[A-Z_]+)`/g);
  expect(names.filter((name) => !text.includes(`\`${name}\``))).toEqual([]);
});
