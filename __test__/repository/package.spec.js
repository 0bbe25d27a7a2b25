"use strict";

// What goes into the package, and what its papers say.

const { execFileSync } = require("node:child_process");
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const { ROOT } = require("../support/child.js");
const { contract, contractFiles, reasons } = require("../../tools/contract");

const manifest = JSON.parse(fs.readFileSync(path.join(ROOT, "package.json"), "utf8"));
const read = (name) => fs.readFileSync(path.join(ROOT, name), "utf8");

test.each(manifest.files)("%s, which package.json lists, is there", (name) => {
  expect(fs.existsSync(path.join(ROOT, name))).toBe(true);
});

test("there are no dependencies at run time", () => {
  expect(Object.keys(manifest.dependencies ?? {})).toEqual([]);
  expect(Object.keys(manifest.peerDependencies ?? {})).toEqual([]);
  // Prebuilt addons of ours for other platforms are the only thing that may come along.
  for (const name of Object.keys(manifest.optionalDependencies ?? {})) {
    expect(name).toMatch(/^cognito-auth-native-/);
  }
});

describe("the platforms' packages", () => {
  const names = fs.readdirSync(path.join(ROOT, "npm")).sort();
  const loader = read("lib/host/native.js");

  test("are those that @napi-rs/cli makes of package.json", () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "npm-"));
    try {
      const cli = path.join(path.dirname(require.resolve("@napi-rs/cli/package.json")), "dist");
      fs.writeFileSync(path.join(folder, "package.json"), JSON.stringify(manifest));
      const args = [path.join(cli, "cli.js"), "create-npm-dirs", "--cwd", folder];
      execFileSync(process.execPath, args, { stdio: "ignore" });
      expect(fs.readdirSync(path.join(folder, "npm")).sort()).toEqual(names);
      for (const name of names) {
        const made = fs.readFileSync(path.join(folder, "npm", name, "package.json"), "utf8");
        expect(JSON.parse(read(`npm/${name}/package.json`))).toEqual(JSON.parse(made));
      }
    } finally {
      fs.rmSync(folder, { recursive: true, force: true });
    }
  });

  test("are the ones that the loader asks for, in its own version", () => {
    const asked = [...loader.matchAll(/require\("cognito-auth-native-([\w-]+)"\)/g)];
    expect(asked.map(([, name]) => name)).toEqual(names);
    expect(loader).toContain(`const VERSION = "${manifest.version}";`);
  });
});

test("nothing runs when the package is installed", () => {
  for (const script of ["preinstall", "install", "postinstall", "prepare"]) {
    expect(manifest.scripts).not.toHaveProperty(script);
  }
});

test("main, types and exports lead to files that are packed", () => {
  const { "./package.json": _description, ...entries } = manifest.exports;
  const targets = [manifest.main, manifest.types, ...Object.values(entries).flatMap(Object.values)];
  for (const target of targets) {
    expect(manifest.files).toContain(path.normalize(target));
  }
});

test("every file that the package requires is packed, and nothing but Node's own beside", () => {
  const packed = manifest.files.map((name) => path.join(ROOT, name));
  const seen = new Set();
  const visit = (file) => {
    if (seen.has(file)) return;
    seen.add(file);
    const isPacked = packed.some((name) => file === name || file.startsWith(name + path.sep));
    expect(`${path.relative(ROOT, file)}: ${isPacked}`).toMatch(/: true$/);
    // The loader asks for the addons of every platform.
    if (path.basename(file) === "native.js") return;
    for (const [, name] of fs.readFileSync(file, "utf8").matchAll(/require\("([^"]+)"\)/g)) {
      if (name.startsWith(".")) visit(require.resolve(path.resolve(path.dirname(file), name)));
      else expect(name).toMatch(/^node:/);
    }
  };
  visit(path.join(ROOT, manifest.main));
  expect(seen.size).toBeGreaterThan(2);
});

test("index.d.ts exports every file of types/", () => {
  const files = fs.readdirSync(path.join(ROOT, "types")).map((name) => `types/${name}`);
  expect(files.length).toBeGreaterThan(5);
  expect(contractFiles()).toEqual(files.sort());
});

test("no test, source or build file is packed", () => {
  const output = execFileSync("npm", ["pack", "--dry-run", "--json", "--ignore-scripts"], {
    cwd: ROOT,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
    shell: process.platform === "win32",
  });
  const report = JSON.parse(output);
  const [{ files }] = Array.isArray(report) ? report : Object.values(report);
  const names = files.map((file) => file.path);
  expect(names).toEqual(
    expect.arrayContaining([
      "index.js",
      "index.d.ts",
      ...contractFiles(),
      "lib/host/native.js",
      "testing.js",
      "testing.d.ts",
      "testing/pool.js",
      "package.json",
    ]),
  );
  const inside =
    /^(index\.|testing\.(js|d\.ts)$|testing\/[\w/-]+\.js$|lib\/[\w/-]+(\.d\.ts|\.js)$|types\/[\w-]+\.d\.ts$|package\.json$|(README|CHANGELOG|SECURITY)\.md$|LICENSE-)/;
  for (const name of names) {
    expect(name).toMatch(inside);
  }
});

test("package.json and Cargo.toml agree on name, version and licence", () => {
  const crate = read("Cargo.toml");
  for (const member of ["name", "version", "license"]) {
    expect(crate).toContain(`\n${member} = ${JSON.stringify(manifest[member])}\n`);
  }
});

test("the change log knows the version", () => {
  expect(read("CHANGELOG.md")).toContain(manifest.version);
});

test("the type Reason's members are in order, without a double, and each stands in docs/errors.md", () => {
  const listed = reasons();
  expect(listed.length).toBeGreaterThan(20);
  expect(listed).toEqual([...new Set(listed)].sort());
  const errors = read("docs/errors.md");
  expect(listed.filter((reason) => !errors.includes(`\`${reason}\``))).toEqual([]);
});

test("docs/configuration.md names every environment variable of the types", () => {
  const variables = new Set(
    [...contract().matchAll(/`((?:AWS|COGNITO|USER_POOL)_[A-Z_]+)`/g)].map(([, name]) => name),
  );
  expect(variables.size).toBeGreaterThan(8);
  const documented = read("docs/configuration.md");
  expect([...variables].filter((name) => !documented.includes(name))).toEqual([]);
});
