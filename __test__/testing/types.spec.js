"use strict";

// testing.d.ts, as the tests of applications compile it.

const { execFile } = require("node:child_process");
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const root = require("../../tools/root");

const COMPILERS = ["typescript-5.0", "typescript-5.4", "typescript"];
const OPTIONS = {
  strict: true,
  noEmit: true,
  skipLibCheck: false,
  skipDefaultLibCheck: true,
  target: "es2022",
  exactOptionalPropertyTypes: true,
  types: [],
};
const NODE = { module: "nodenext", moduleResolution: "nodenext" };
const SETTINGS = [
  ["an ES module, with the DOM", "testing.mts", { ...NODE, lib: ["es2022", "dom"] }],
  ["CommonJS, with the DOM", "testing.cts", { ...NODE, lib: ["es2022", "dom"] }],
  [
    "for a bundler",
    "testing.ts",
    { module: "esnext", moduleResolution: "bundler", lib: ["es2022", "dom"] },
  ],
  ["with @types/node", "testing.mts", { ...NODE, lib: ["es2022"], types: ["node"] }],
  [
    "with the disposable objects of the newest library",
    "testing.mts",
    { ...NODE, lib: ["esnext", "dom"] },
  ],
];

let folder;
beforeAll(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "cognito-auth-native-"));
  fs.mkdirSync(path.join(folder, "node_modules"));
  fs.symlinkSync(root, path.join(folder, "node_modules", "cognito-auth-native"), "junction");
});
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

/** What a compiler says of a file: nothing, if all is well. */
function compiled(name, text, options, compiler) {
  fs.writeFileSync(path.join(folder, name), text);
  const typeRoots = [path.join(root, "node_modules", "@types")];
  const config = { compilerOptions: { ...OPTIONS, typeRoots, ...options }, files: [name] };
  fs.writeFileSync(path.join(folder, "tsconfig.json"), JSON.stringify(config));
  const tsc = path.join(path.dirname(require.resolve(`${compiler}/package.json`)), "bin", "tsc");
  const args = [tsc, "-p", folder, "--pretty", "false"];
  return new Promise((resolve) => {
    execFile(process.execPath, args, (error, stdout, stderr) =>
      resolve(error ? `${stdout}${stderr}` : ""),
    );
  });
}

const program = fs.readFileSync(path.join(root, "__test__", "types", "testing.ts"), "utf8");
// The newest @types/node is for newer compilers than the first one.
const CASES = COMPILERS.flatMap((compiler) =>
  SETTINGS.filter(([, , { types }]) => types === undefined || compiler === "typescript").map(
    ([name, file, options]) => [compiler, name, file, options],
  ),
);

test.each(CASES)("%s, %s", async (compiler, _name, file, options) => {
  expect(await compiled(file, program, options, compiler)).toBe("");
});

test("the examples", async () => {
  const text = fs.readFileSync(path.join(root, "testing.d.ts"), "utf8");
  const examples = [...text.matchAll(/^ *\* @example\n((?: *\* .*\n)+)/gm)].map(([, lines]) =>
    lines.replace(/^ *\* /gm, ""),
  );
  expect(examples).toHaveLength(2);
  const functions = examples.map(
    (code, index) => `export async function example${index}() {\n${code}}\n`,
  );
  const imports =
    'import { createAuth } from "cognito-auth-native";\n' +
    'import { createTestPool } from "cognito-auth-native/testing.js";\n';
  const options = { ...NODE, types: ["node"] };
  const source = imports + functions.join("");
  expect(await compiled("examples.mts", source, options, "typescript")).toBe("");
});

test("every export and member has a doc comment", () => {
  const lines = fs.readFileSync(path.join(root, "testing.d.ts"), "utf8").split("\n");
  const undocumented = lines.filter((line, index) => {
    const declares = /^(export (function|interface|type) | {2}(readonly )?[\w[][^(]*[:(])/.test(
      line,
    );
    return declares && !/\*\/$/.test(lines[index - 1]);
  });
  expect(undocumented).toEqual([]);
});
