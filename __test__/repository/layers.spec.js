"use strict";

// JavaScript imports go one way, as the table of ARCHITECTURE.md says; and no file is too long.

const fs = require("node:fs");
const path = require("node:path");
const { circleIn, importsOf, requestsIn, resolved, sourcesIn } = require("../../tools/imports");
const root = require("../../tools/root");
const { linesOf, tooLong } = require("../../scripts/sizes");

/** Programs that run in another folder, where they find what they name. */
const ELSEWHERE = [
  "bench/weight/",
  "scripts/check-world/configs/",
  "scripts/check-world/program/",
  "scripts/package-check/consumer/",
];

const codeOf = (cell) => [...cell.matchAll(/`([^`]+)`/g)].map(([, code]) => code);

/** The rows of the table: a Map of a file or folder to those that it may import. */
function tableOf(text) {
  const [, body] = /^\| JavaScript in \|.*\n\| -.*\n((?:\|.*\n)+)/m.exec(text);
  const rows = body.trim().split("\n");
  return new Map(
    rows.map((row) => {
      const [, place, , allowed] = row.split("|");
      return [codeOf(place)[0], codeOf(allowed)];
    }),
  );
}

const table = tableOf(fs.readFileSync(path.join(root, "ARCHITECTURE.md"), "utf8"));

/** The row of a file, the most exact one; undefined if it has none. */
const rowOf = (file, rows = [...table.keys()]) =>
  rows
    .filter((row) => (row.endsWith("/") ? file.startsWith(row) : file === row))
    .sort((one, other) => other.length - one.length)
    .at(0);

/** `importsOf` puts the importing file and a colon before a name that leads nowhere. */
const leadsNowhere = (file) => file.includes(": ");

/** Data, which files of any row may read. An import that leads nowhere is none: it stands after a colon. */
const isData = (file) => /^[^:]*\.json$/.test(file);

/** Imports that the table does not allow, as texts. */
function forbidden(imports, allowed = table) {
  return [...imports].flatMap(([from, files]) => {
    const row = rowOf(from, [...allowed.keys()]);
    if (row === undefined) return [`${from} has no row`];
    return files
      .filter((file) => !isData(file))
      .filter((file) => ![row, ...allowed.get(row)].includes(rowOf(file, [...allowed.keys()])))
      .map((file) => `${from} must not import ${file}`);
  });
}

const places = ["lib", ...[...table.keys()].filter((row) => !row.startsWith("lib/"))];
const imports = importsOf(
  sourcesIn(places).filter((file) => !ELSEWHERE.some((folder) => file.startsWith(folder))),
);

describe("the table", () => {
  test("names files and folders that are there, and each row is below those that may import it", () => {
    const rows = [...table.keys()];
    expect(rows.length).toBeGreaterThan(10);
    for (const row of rows) expect(fs.existsSync(path.join(root, row))).toBe(true);
    for (const [row, allowed] of table) {
      for (const name of allowed) expect(rows.slice(rows.indexOf(row) + 1)).toContain(name);
    }
  });

  test("has a row for every folder with JavaScript of ours", () => {
    const folders = fs.readdirSync(root, { withFileTypes: true }).filter((entry) => {
      const isOurs = !/^(\.|node_modules$|target$|npm$)/.test(entry.name);
      return entry.isDirectory() && isOurs && sourcesIn([entry.name]).length > 0;
    });
    expect(folders.length).toBeGreaterThan(5);
    const missing = folders.filter(({ name }) => !places.some((row) => row.startsWith(name)));
    expect(missing).toEqual([]);
  });

  test("is kept: no file imports what its row does not name", () => {
    expect(imports.size).toBeGreaterThan(100);
    expect(forbidden(imports)).toEqual([]);
  });

  test("every import leads to a file, also within a row", () => {
    expect([...imports.values()].flat().filter(leadsNowhere)).toEqual([]);
  });

  test("allows nothing that no file needs", () => {
    const used = new Set(
      [...imports].flatMap(([from, files]) => files.map((file) => `${rowOf(from)} ${rowOf(file)}`)),
    );
    const unused = [...table].flatMap(([row, allowed]) =>
      allowed.map((name) => `${row} ${name}`).filter((edge) => !used.has(edge)),
    );
    expect(unused).toEqual([]);
  });

  test("what it forbids is seen", () => {
    const rows = new Map([
      ["a/", ["b.js"]],
      ["b.js", ["a/last.js"]],
      ["a/last.js", []],
    ]);
    const found = forbidden(
      new Map([
        ["a/one.js", ["a/two.js", "b.js", "package.json", "data/a.json"]],
        ["a/last.js", ["a/one.js"]],
        ["b.js", ["a/one.js", "a/last.js", "b.js: ./nowhere.json"]],
        ["c.js", []],
      ]),
      rows,
    );
    expect(found).toEqual([
      "a/last.js must not import a/one.js",
      "b.js must not import a/one.js",
      "b.js must not import b.js: ./nowhere.json",
      "c.js has no row",
    ]);
  });
});

describe("imports", () => {
  test("go in no circle", () => {
    expect(circleIn(imports)).toBeUndefined();
  });

  test("a circle is found, also of a file with itself", () => {
    const three = new Map([
      ["start", ["a"]],
      ["a", ["b"]],
      ["b", ["c", "d"]],
      ["c", []],
      ["d", ["a"]],
    ]);
    expect(circleIn(three)).toEqual(["a", "b", "d", "a"]);
    expect(circleIn(new Map([["a", ["a"]]]))).toEqual(["a", "a"]);
    expect(
      circleIn(
        new Map([
          ["a", ["b", "b"]],
          ["b", []],
        ]),
      ),
    ).toBeUndefined();
  });

  test("are read wherever they stand, and nothing else is", () => {
    const text = `
      import first, { second } from "./a.js";
      export * from "./b.js";
      const c = require("./c");
      function late() { return require.resolve(\`./d\`); }
      const e = await import("./e.js");
      // require("./comment")
      const text = 'require("./text")';
      other.require("./member");
      require(name);
      jest.requireActual("./f");
    `;
    expect(requestsIn(text)).toEqual(["./a.js", "./b.js", "./c", "./d", "./e.js", "./f"]);
  });

  test("lead to files", () => {
    expect(resolved("lib/auth.js", "./shape")).toBe("lib/shape.js");
    expect(resolved("__test__/calls/login.spec.js", "../..")).toBe("index.js");
    expect(resolved("lib/auth.js", "./nowhere")).toBeUndefined();
    expect(leadsNowhere("lib/shape.js: ./nowhere")).toBe(true);
    expect(forbidden(new Map([["lib/shape.js", ["lib/shape.js: ./nowhere"]]]))).toHaveLength(1);
  });
});

describe("no file is too long", () => {
  test("of more than 400 lines, those of Rust without their tests", () => {
    expect(tooLong()).toEqual([]);
  });

  test("lines are counted", () => {
    const text = "use a;\nfn b() {}\n#[cfg(test)]\nmod tests {}\n";
    expect(linesOf(text, true)).toBe(2);
    expect(linesOf(text, false)).toBe(4);
    expect(linesOf("use a;\n", true)).toBe(1);
  });
});
