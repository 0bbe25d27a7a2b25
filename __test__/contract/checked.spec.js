"use strict";

// index.js and lib/ are held to the types: by `npm run lint:types`, which is shown here to see what is wrong.

const { execFile } = require("node:child_process");
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const root = require("../../tools/root");

const TSC = path.join(path.dirname(require.resolve("typescript/package.json")), "bin", "tsc");
const CHECKED = ["index.js", "index.d.ts", "binding.d.ts", "lib", "types", "tsconfig.check.json"];

let folder;
beforeAll(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "cognito-auth-native-"));
  for (const name of CHECKED) {
    fs.cpSync(path.join(root, name), path.join(folder, name), { recursive: true });
  }
  fs.symlinkSync(path.join(root, "node_modules"), path.join(folder, "node_modules"), "junction");
});
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

/** What the check says of the package with `text` replaced in the file `name`: nothing, if all is well. */
async function checked(name, text, replacement) {
  const file = path.join(folder, name);
  const source = fs.readFileSync(file, "utf8");
  expect(source).toContain(text);
  fs.writeFileSync(file, source.replace(text, replacement));
  try {
    return await new Promise((resolve) => {
      const args = [TSC, "-p", path.join(folder, "tsconfig.check.json"), "--pretty", "false"];
      execFile(process.execPath, args, (error, stdout, stderr) =>
        resolve(error ? `${stdout}${stderr}` : ""),
      );
    });
  } finally {
    fs.writeFileSync(file, source);
  }
}

test("the package passes", async () => {
  expect(await checked("index.js", "login", "login")).toBe("");
});

test.each([
  ["an export is missing", "index.js", "  login,\n  verifyToken,\n", "  verifyToken,\n", /'login'/],
  [
    "an export is undeclared",
    "index.js",
    "  login,\n  verify",
    "  login,\n  live,\n  verify",
    /live/,
  ],
  [
    "an export has another type",
    "index.js",
    "  login,\n  verify",
    "  login: 5,\n  verify",
    /number/,
  ],
  [
    "a function gives another type",
    "types/tutorial.d.ts",
    "  phoneNumber: string;",
    "  phoneNumber: number;",
    /lib.tutorial.users\.js/,
  ],
  [
    "an error lacks a member",
    "types/errors.d.ts",
    "  status: number;",
    "  status: number;\n  severity: number;",
    /index\.js.*AuthError/,
  ],
  [
    "a native function is called with an argument too many",
    "lib/verify/verifier.js",
    "native.verify(this.#handle, ",
    "native.verify(5, this.#handle, ",
    /verifier\.js/,
  ],
  [
    "a native function is given another one's handle",
    "lib/auth.js",
    "native.verifier(pool.handle, text)",
    "native.verifier(native.newCancel(), text)",
    /auth\.js.*Cancel.*Pool/,
  ],
  [
    "a reason has no row",
    "lib/generated/reasons.js",
    "  timeout: {",
    "  time: {",
    /failure\.js[\s\S]*'timeout'/,
  ],
  [
    "a public function gives what is not there yet",
    "index.js",
    "exposed(verifySync, () => live.latest().verifierFor(definitePolicy(given)).verifySync(token))",
    "exposed(verifySync, () => live.latest().verifier.ready().token)",
    /index\.js.*token/,
  ],
  [
    "a failure has a reason that does not exist",
    "lib/verify/token-argument.js",
    '"token-malformed"',
    '"token-strange"',
    /token-argument\.js.*"token-strange"/,
  ],
])("it is seen when %s", async (_name, file, text, replacement, expected) => {
  expect(await checked(file, text, replacement)).toMatch(expected);
});

test("nothing is taken out of the check", () => {
  const files = fs.readdirSync(path.join(root, "lib"), { recursive: true });
  const sources = files.filter((name) => /\.js$/.test(name)).map((name) => path.join("lib", name));
  expect(sources.length).toBeGreaterThan(15);
  for (const name of ["index.js", ...sources]) {
    const text = fs.readFileSync(path.join(root, name), "utf8");
    expect(`${name}: ${text.match(/@ts-\w+/)?.[0]}`).toBe(`${name}: undefined`);
  }
});
