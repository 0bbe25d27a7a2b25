"use strict";

// The types, as programs compile it: from TypeScript 5.0 on, strict and not, as CommonJS and as ES modules.

const { execFile } = require("node:child_process");
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const { ROOT } = require("../support/child.js");
const { contract, values } = require("../../tools/contract");
const root = require("../../tools/root");

const FOLDER = path.join(root, "__test__", "types");
const NODE_TYPES = path.join(ROOT, "node_modules", "@types");
/** The oldest version that the types are for, one of before TypeScript 5.5, and the newest. */
const COMPILERS = ["typescript-5.0", "typescript-5.4", "typescript"];
const OPTIONS = {
  strict: true,
  noEmit: true,
  skipDefaultLibCheck: true,
  target: "es2022",
  module: "nodenext",
  moduleResolution: "nodenext",
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  types: [],
};
const LOOSE = { exactOptionalPropertyTypes: false };
const STRICT = ["strict", {}];
const NOT_STRICT = ["without strict checks, such as strictNullChecks", { ...LOOSE, strict: false }];
/** What `undefined` breaks is seen by strict checks only. */
const STRICT_SETTINGS = [
  STRICT,
  [
    "for a bundler, without exactOptionalPropertyTypes",
    { ...LOOSE, module: "esnext", moduleResolution: "bundler" },
  ],
];
const ALL_SETTINGS = [
  ["strict, lib es2022 without the DOM", { lib: ["es2022"] }],
  ["strict, without exactOptionalPropertyTypes", LOOSE],
  NOT_STRICT,
];
const onEach = (settings) =>
  COMPILERS.flatMap((compiler) => settings.map(([name, options]) => [compiler, name, options]));

let folder;

beforeAll(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "cognito-auth-native-"));
  fs.mkdirSync(path.join(folder, "node_modules"));
  fs.symlinkSync(ROOT, path.join(folder, "node_modules", "cognito-auth-native"), "junction");
  const expectType = path.join(ROOT, "node_modules", "expect-type");
  fs.symlinkSync(expectType, path.join(folder, "node_modules", "expect-type"), "junction");
});
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

/** What a compiler says of files: nothing, if all is well. */
function compiled(files, options = {}, compiler = "typescript") {
  for (const [name, text] of Object.entries(files)) {
    fs.writeFileSync(path.join(folder, name), text);
  }
  const config = { compilerOptions: { ...OPTIONS, ...options }, files: Object.keys(files) };
  fs.writeFileSync(path.join(folder, "tsconfig.json"), JSON.stringify(config));
  const tsc = path.join(path.dirname(require.resolve(`${compiler}/package.json`)), "bin", "tsc");
  return new Promise((resolve) => {
    execFile(process.execPath, [tsc, "-p", folder, "--pretty", "false"], (error, stdout, stderr) =>
      resolve(error ? `${stdout}${stderr}` : ""),
    );
  });
}

const source = (name) => fs.readFileSync(path.join(FOLDER, name), "utf8");
const DECLARATION = contract();

test.each(COMPILERS)("%s: the version is the one that the name says", (compiler) => {
  const { version } = require(`${compiler}/package.json`);
  expect(version.startsWith(compiler.split("-")[1] ?? "")).toBe(true);
  expect(Number.parseInt(version, 10)).toBeGreaterThanOrEqual(compiler === "typescript" ? 7 : 5);
});

test.each(onEach(STRICT_SETTINGS))("%s, %s: the contract", async (compiler, _name, options) => {
  const contract = source("contract.ts");
  const files =
    options.moduleResolution === "bundler"
      ? { "contract.ts": contract }
      : {
          "contract.cts": contract,
          "contract.mts": contract,
          "accounts.mts": source("accounts.ts"),
          "sign-in.mts": source("sign-in.ts"),
          "whole.cts": source("whole.cts"),
          "whole.mts": source("whole.mts"),
        };
  expect(await compiled(files, options, compiler)).toBe("");
});

test.each(onEach(ALL_SETTINGS))(
  "%s, %s: options, policies, results",
  async (compiler, _name, options) => {
    const files = {
      "policies.mts": source("policies.ts"),
      "results.cts": source("results.ts"),
      "reasons.mts": source("reasons.ts"),
    };
    expect(await compiled(files, options, compiler)).toBe("");
  },
);

test("with @types/node, without the DOM", async () => {
  const options = { lib: ["es2022"], types: ["node"], typeRoots: [NODE_TYPES] };
  const contract = source("contract.ts");
  expect(await compiled({ "contract.cts": contract, "contract.mts": contract }, options)).toBe("");
});

test.each(COMPILERS)(
  "%s: what is wrong is seen, and a misspelt name is reported well",
  async (compiler) => {
    const text = `
import { createAuth, login } from "cognito-auth-native";
login(5, 5);
createAuth({ verify: { use: "refresh", groups: "a" } });
`;
    const report = await compiled({ "wrong.mts": text }, {}, compiler);
    expect(report).toMatch(/wrong\.mts\(3,7\): error TS2345: /);
    expect(report).toMatch(/wrong\.mts\(4,24\): .*'"refresh"' is not assignable to .*"access"/);
  },
);

// ---------------------------------------------------------------------------------------------------------------
// Examples and declaration merging
// ---------------------------------------------------------------------------------------------------------------

/** The code of each `@example` of a declaration file. */
function examplesOf(text) {
  const comments = [...text.matchAll(/\/\*\*(.*?)\*\//gs)].map(([, comment]) =>
    comment.replace(/^ *\* ?/gm, ""),
  );
  return comments.flatMap((comment) =>
    comment
      .split(/^@/m)
      .filter((part) => part.startsWith("example"))
      .map((part) => part.slice("example".length).trim()),
  );
}

/** The names of the interfaces and types. */
const TYPES = [
  ...new Set(
    [...DECLARATION.matchAll(/^export (?:interface|type) (\w+)/gm)].map(([, name]) => name),
  ),
];

/** Files of the examples: those that declare something are modules, the others functions of one module. */
function filesOf(examples) {
  const modules = examples.filter((code) => /^declare module /m.test(code));
  const functions = examples
    .filter((code) => !modules.includes(code))
    .map((code, index) => `export async function example${index}() {\n${code}\n}\n`);
  const names = [...values(), ...TYPES.map((name) => `type ${name}`)];
  const imports = `import { ${names.join(", ")} } from "cognito-auth-native";\n`;
  return {
    "examples.mts": [imports, source("examples.ts"), ...functions].join("\n"),
    ...Object.fromEntries(modules.map((code, index) => [`example${index}.mts`, code])),
  };
}

test("the examples of the types are found", () => {
  const examples = examplesOf(DECLARATION);
  expect(examples).toHaveLength(DECLARATION.match(/\* @example$/gm).length);
  expect(examples.length).toBeGreaterThan(15);
  expect(examples.filter((code) => code === "" || code.includes("*"))).toEqual([]);
  expect(Object.keys(filesOf(examples))).toEqual(["examples.mts", "example0.mts"]);
});

test("an example that is wrong is seen to be wrong", async () => {
  const text =
    "/**\n * Signs in.\n * @example\n * const token: number = await login(username, 5);\n */";
  const report = await compiled(filesOf(examplesOf(text)));
  expect(report).toContain("TS2322");
  expect(report).toContain("TS2345");
});

test.each(onEach([STRICT, NOT_STRICT]))(
  "%s, %s: each example of the types, and claims that a program declares",
  async (compiler, _name, options) => {
    const files = {
      "merged.cts": source("merged.ts"),
      "merged.mts": source("merged.ts"),
      ...filesOf(examplesOf(DECLARATION)),
    };
    expect(await compiled(files, options, compiler)).toBe("");
  },
);

test("every export, option and reason has a doc comment", () => {
  const lines = DECLARATION.split("\n");
  const undocumented = lines.filter((line, index) => {
    const declares = /^(export (function|class|type|interface)| {2}(\| ")?[\w"]+\??[:(])/.test(
      line,
    );
    const isOverload = /^(export function createAuth<| {2}verify(Sync)?<)/.test(line);
    return declares && !isOverload && !line.endsWith(",") && !/\*\/$/.test(lines[index - 1]);
  });
  expect(undocumented).toEqual([]);
});
