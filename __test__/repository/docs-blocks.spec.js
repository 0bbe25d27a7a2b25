"use strict";

// Every block of JavaScript and TypeScript in README.md and docs/ is run, or listed with the reason why not, in tools/docs/table.js. Those
// for frameworks are of tools/recipes: __test__/requests/recipes.spec.js and npm run check:world run them.

const { execFileSync } = require("node:child_process");
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const { blocksOf, fencesOf, guides } = require("../../tools/docs/blocks.js");
const { matches, readShown, showsValue } = require("../../tools/docs/compare.js");
const { programOf } = require("../../tools/docs/program.js");
const { instrument } = require("../../tools/docs/shown.js");
const { TABLE, USERS } = require("../../tools/docs/table.js");
const { PAGE, replacedTest, testFiles } = require("../../tools/docs/testing-page.js");
const { RECIPES } = require("../../tools/recipes");
const { ROOT } = require("../support/child.js");
const { JEST, runProject } = require("../support/project.js");
const { startPool } = require("../support/test-pool.js");

const BLOCKS = guides().flatMap(blocksOf);
const ROWS = Object.entries(TABLE).flatMap(([page, rows]) => rows.map((row) => ({ page, ...row })));

const isOf =
  ({ page, has }) =>
  (block) =>
    block.file === page && block.code.includes(has);

/** `[title, row, block]` of the rows that have this member. */
const rowsWith = (member) =>
  ROWS.filter((row) => row[member] !== undefined).map((row) => {
    const block = BLOCKS.find(isOf(row));
    return [`${row.page}: ${row.has}`, row, block];
  });

describe("no block escapes", () => {
  test("each has one row of the table, or is a recipe", () => {
    expect(BLOCKS.length).toBeGreaterThan(25);
    const problems = BLOCKS.flatMap((block) => {
      const rows = ROWS.filter((row) => isOf(row)(block));
      const isRecipe = RECIPES.some(
        ({ document, heading }) => document === block.file && heading === block.heading,
      );
      return rows.length === 1 || (rows.length === 0 && isRecipe)
        ? []
        : [`${block.file}:${block.line}: ${rows.length} rows, recipe: ${isRecipe}`];
    });
    expect(problems).toEqual([]);
  });

  test("each row has one block, and says one thing about it", () => {
    const kinds = ["program", "file", "runner", "part", "typed", "not"];
    const problems = ROWS.flatMap((row) => {
      const blocks = BLOCKS.filter(isOf(row)).length;
      const says = kinds.filter((kind) => row[kind] !== undefined);
      return blocks === 1 && says.length === 1
        ? []
        : [`${row.page}: ${row.has}: ${blocks} ${says}`];
    });
    expect(problems).toEqual([]);
  });

  test("blocks are found however they are fenced", () => {
    const text = [
      "# One",
      "```js",
      "# a",
      "```",
      '1. item\n   ~~~TS title="x"\n   b\n     c\n   ~~~',
      "````md\n```js\nno block\n```\n````\n",
    ].join("\n");
    const found = fencesOf(text).map(({ line, heading, ...block }) => [
      line,
      heading,
      ...Object.values(block),
    ]);
    expect(found).toEqual([
      [2, "One", "js", "# a\n"],
      [6, "One", "ts", "b\n  c\n"],
      [10, "One", "md", "```js\nno block\n```\n"],
    ]);
    expect(() => fencesOf("```js\na")).toThrow("line 1 begins does not end");
  });
});

describe("comments that show values", () => {
  test.each([
    ['"eyJ…"', "eyJraWQ", true],
    ['"eyJ…"', "raWQ", false],
    ["→ 5", 5, true],
    ["→ 5", "5", false],
    ["{ a: 1 }", { a: 1 }, true],
    ["{ a: 1 }", { a: 1, b: 2 }, false],
    ["{ a: 1, … }", { a: 1, b: 2 }, true],
    ["{ a: 1, … }", { b: 2 }, false],
    ['{ a: { b: "…" } }', { a: { b: "x" } }, true],
    ["[1, 2]", [1, 2], true],
    ["[1, 2]", [1], false],
    ["[1, …]", [1, 2, 3], true],
    ["→ undefined", undefined, true],
    ["null", null, true],
    ["true", false, false],
  ])("%s beside %j: %s", (text, value, expected) => {
    expect(showsValue(text)).toBe(true);
    expect(matches(readShown(text), value)).toBe(expected);
  });

  test.each(["With reason", "fetched by then", "True is", "1", "null hypothesis"])(
    "%s is words, or a value",
    (text) => {
      expect(showsValue(text)).toBe(text === "1");
    },
  );

  test("behind a statement and in the lines after it", () => {
    const code = `
const { a } = f(); // 1
const b = await g(c);
// { x: 1,
//   y: 2 }
console.log(b.x); // → "…"
h(); // explains
`;
    const { code: instrumented, shown } = instrument(code);
    expect(shown.map(({ text }) => text)).toEqual(["1", "{ x: 1, y: 2 }", '→ "…"']);
    expect(instrumented).toContain("const { a } = f(); __shown(0, a);");
    expect(instrumented).toContain("const b = __shown(1, await g(c));");
    expect(instrumented).toContain("console.log(__shown(2, b.x));");
    expect(instrumented).toContain("\nh();");
  });

  test("one that cannot be read, or stands alone, is an error", () => {
    expect(() => instrument("f(); // → {{")).toThrow("shows no value that can be read: → {{");
    expect(() => instrument("// → 5\nf();")).toThrow("follows no statement");
  });
});

describe("programs", () => {
  const started = new Map();

  const ORDINARY = { users: USERS };

  /** The pool with these options, and what its programs are given. */
  async function poolFor(options = ORDINARY) {
    if (!started.has(options)) {
      const pool = await startPool(options);
      const { userPoolId, clientId } = pool;
      const tokens = {
        idToken: pool.idToken("theseus"),
        accessToken: pool.accessToken("theseus"),
        expiredToken: pool.expiredToken("theseus"),
        forgedToken: pool.forgedToken("theseus"),
        otherToken: pool.idToken("ariadne"),
      };
      started.set(options, { pool, given: { userPoolId, clientId, jwks: pool.jwks(), ...tokens } });
    }
    return started.get(options);
  }
  afterAll(() => Promise.all([...started.values()].map(({ pool }) => pool.stop())));

  /** Runs a block by its row. */
  async function runBlock(block, { pool: options, files = {}, ...around }) {
    const { pool, given } = await poolFor(options);
    const { text, compared } = programOf(block, around, given);
    const written = Object.entries(files).map(([name, make]) => [name, make(given)]);
    const all = { ...Object.fromEntries(written), "block.mjs": text };
    const env = { ...pool.environment, GIVEN: JSON.stringify(given) };
    const result = await runProject(all, ["block.mjs"], env, ["express", "@aws-sdk"]);
    return { ...result, compared };
  }

  test.each(rowsWith("program"))("%s", async (_title, { program }, block) => {
    const { code, said, compared } = await runBlock(block, program);
    expect([code, said]).toEqual([0, expect.stringMatching(`compared: ${compared}\n$`)]);
  });

  test("README's example shows a value for each call", async () => {
    const [, , { code }] = rowsWith("program").find(([title]) => title.includes("createCognito"));
    expect(instrument(code).shown.length).toBe(code.match(/\bawait\b/g).length);
  });

  test("a wrong comment is found, and one that is never reached", async () => {
    const block = (code) => ({ file: "x.md", line: 10, code });
    const wrong = await runBlock(block('\nconst a = "b";\n// "c"\n'), {});
    expect([wrong.code, wrong.said]).toEqual([
      1,
      expect.stringContaining('line 12 shows "c", but it is "b"'),
    ]);
    const missed = await runBlock(block("if (false) {\n  f(); // → 1\n}\n"), {});
    expect([missed.code, missed.said]).toEqual([1, expect.stringContaining("was reached")]);
  });
});

test.each(rowsWith("file"))("%s: shown as it is", (_title, { file, by }, block) => {
  const named = `// ${path.basename(file)}\n`;
  const code = block.code.startsWith(named) ? block.code.slice(named.length) : block.code;
  expect(code).toBe(fs.readFileSync(path.join(ROOT, file), "utf8"));
  const { scripts } = JSON.parse(fs.readFileSync(path.join(ROOT, "package.json"), "utf8"));
  expect(by in scripts || fs.existsSync(path.join(ROOT, by))).toBe(true);
});

test.each(rowsWith("typed"))("%s: TypeScript", (_title, { typed }, { code }) => {
  const place = fs.mkdtempSync(path.join(os.tmpdir(), "docs-blocks-"));
  try {
    fs.mkdirSync(path.join(place, "node_modules"));
    fs.symlinkSync(ROOT, path.join(place, "node_modules", "cognito-auth-native"), "junction");
    fs.writeFileSync(path.join(place, "block.ts"), code);
    fs.writeFileSync(path.join(place, "before.d.ts"), typed);
    const tsc = path.join(ROOT, "node_modules", "typescript", "bin", "tsc");
    const options = ["--noEmit", "--strict", "--module", "nodenext", "--types", ""];
    const files = ["block.ts", "before.d.ts"];
    execFileSync(process.execPath, [tsc, ...options, ...files], { cwd: place, stdio: "pipe" });
  } finally {
    fs.rmSync(place, { recursive: true, force: true });
  }
});

describe("test files", () => {
  const tests = testFiles();
  const nameOf = ({ code }) => /^\/\/ (\S+)\n/.exec(code)?.[1];
  const RUNNERS = {
    node: (test) => ["--test", "--test-reporter=tap", test],
    jest: (test) => [JEST, "--json", test],
  };
  const passedIn = {
    node: (said) =>
      [/^# pass (\d+)$/m, /^# fail (\d+)$/m].map((part) => Number(part.exec(said)[1])),
    jest: (said) =>
      ["Passed", "Failed"].map((how) =>
        Number(new RegExp(`"num${how}Tests":(\\d+)`).exec(said)[1]),
      ),
  };

  test.each(rowsWith("runner"))("%s", async (_title, { runner, passes }, block) => {
    const name = nameOf(block);
    const project = Object.values(tests).find(({ test }) => test === name);
    const files = project?.files ?? {
      [name ?? "replaced.test.js"]: name === undefined ? replacedTest() : block.code,
    };
    const { code, said } = await runProject(
      { "package.json": "{}", ...files },
      RUNNERS[runner](name ?? "replaced.test.js"),
      {},
      project?.packages,
    );
    expect([passedIn[runner](said), code]).toEqual([[passes, 0], 0]);
  });

  test.each(["node", "jest"])("a run of %s ends if its assertions fail", async (runner) => {
    const { files, test } = tests[runner];
    const failing = files[test].replace(/\b(?:200|503)\b/g, "299");
    const { code, signal, said } = await runProject(
      { "package.json": "{}", ...files, [test]: failing },
      RUNNERS[runner](test),
      {},
      [],
      25_000,
    );
    const [passed, failed] = passedIn[runner](said);
    expect({ code, signal, passed: passed > 0, failed: failed > 3 }).toEqual({
      code: 1,
      signal: null,
      passed: true,
      failed: true,
    });
  });

  test("Vitest's is Jest's but for its first lines: npm run package:check runs it", () => {
    const { vitest, jest } = tests;
    const text = vitest.files[vitest.test];
    expect(text).toMatch(/^import .* from "vitest";$/m);
    expect(text).toMatch(/^import \{ startApp \} from "\.\/start-app\.js";$/m);
    expect(text).not.toContain("require(");
    expect(text.split("\n").slice(3)).toEqual(jest.files[jest.test].split("\n").slice(2));
  });

  test("each part of the page is one of a test that is run", () => {
    for (const [, { page, part }, block] of rowsWith("part")) {
      expect(page).toBe(PAGE);
      const { files } = Object.values(tests).find(({ test }) => test === part);
      const shown = block.code.slice(block.code.indexOf("\n") + 1);
      expect(Object.values(files).some((text) => text.includes(shown))).toBe(true);
    }
  });
});
