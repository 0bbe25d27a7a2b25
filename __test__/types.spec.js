"use strict";

// index.d.ts, under TypeScript's strict mode: as CommonJS and ES modules see it.

const { execFile } = require("node:child_process");
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const { ROOT } = require("./support/child.js");

const FOLDER = path.join(__dirname, "types");
const TSC = path.join(path.dirname(require.resolve("typescript/package.json")), "bin", "tsc");
const OPTIONS = {
  strict: true,
  noEmit: true,
  target: "es2022",
  module: "nodenext",
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  types: [],
};

let folder;

beforeAll(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "cognito-auth-native-"));
  fs.mkdirSync(path.join(folder, "node_modules"));
  fs.symlinkSync(ROOT, path.join(folder, "node_modules", "cognito-auth-native"), "junction");
  const expectType = path.join(ROOT, "node_modules", "expect-type");
  fs.symlinkSync(expectType, path.join(folder, "node_modules", "expect-type"), "junction");
});
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

/** What the compiler says of a file: nothing, if all is well. */
function compiled(name, text, options = {}) {
  fs.writeFileSync(path.join(folder, name), text);
  const config = { compilerOptions: { ...OPTIONS, ...options }, files: [name] };
  fs.writeFileSync(path.join(folder, "tsconfig.json"), JSON.stringify(config));
  return new Promise((resolve) => {
    execFile(process.execPath, [TSC, "-p", folder, "--pretty", "false"], (error, stdout, stderr) =>
      resolve(error ? `${stdout}${stderr}` : ""),
    );
  });
}

const source = (name) => fs.readFileSync(path.join(FOLDER, name), "utf8");

test.each([
  ["CommonJS", "contract.cts", "contract.ts"],
  ["ES modules", "contract.mts", "contract.ts"],
  ["require", "whole.cts", "whole.cts"],
  ["a default import", "whole.mts", "whole.mts"],
])("the types hold for %s", async (_name, name, file) => {
  expect(await compiled(name, source(file))).toBe("");
});

test("the types hold for a bundler", async () => {
  const options = { module: "esnext", moduleResolution: "bundler" };
  expect(await compiled("contract.ts", source("contract.ts"), options)).toBe("");
});

test("the types hold without exactOptionalPropertyTypes", async () => {
  const options = { exactOptionalPropertyTypes: false };
  expect(await compiled("contract.mts", source("contract.ts"), options)).toBe("");
});

test("what is wrong is seen to be wrong", async () => {
  const text = 'import { login } from "cognito-auth-native";\nlogin(5, 5);\n';
  expect(await compiled("wrong.mts", text)).toContain("TS2345");
});

test("every export, option and reason has a doc comment", () => {
  const lines = fs.readFileSync(path.join(ROOT, "index.d.ts"), "utf8").split("\n");
  const undocumented = lines.filter((line, index) => {
    const declares = /^(export (function|class|type|interface)| {2}(\| ")?[\w"]+\??[:(])/.test(
      line,
    );
    const isOverload = /^(export function createAuth<| {2}verify(Sync)?<)/.test(line);
    return declares && !isOverload && !line.endsWith(",") && !/\*\/$/.test(lines[index - 1]);
  });
  expect(undocumented).toEqual([]);
});
