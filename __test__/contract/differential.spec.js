"use strict";

// The original and the addon, side by side: every case is played on both, each time in a process of its own. What differs
// must be meant (`differential/differences.js`), and what is meant must differ.

const { readFileSync } = require("node:fs");
const path = require("node:path");
const { CASES } = require("../differential/cases");
const DIFFERENCES = require("../../tools/differences/differences.js");
const { differencesOf, hasCodeOfItsOwn, playBoth } = require("../differential/run.js");
const { SOURCE, content } = require("../../tools/differences/table.js");
const { ROOT } = require("../support/child.js");
const { startEmulator } = require("../../tools/emulator.js");
const { generated } = require("../../tools/generated.js");

/** Of pairs of processes at once. */
const ABREAST = 3;

const outcomes = new Map();
let emulator;

beforeAll(async () => {
  emulator = await startEmulator({ kind: "ministack" });
  const waiting = [...CASES];
  const playWaiting = async () => {
    for (let one = waiting.shift(); one; one = waiting.shift()) {
      outcomes.set(one.name, await playBoth(one, emulator));
    }
  };
  await Promise.all(Array.from({ length: ABREAST }, playWaiting));
}, 600_000);

afterAll(async () => {
  await emulator?.stop();
  const count = (verdict) => CASES.filter((one) => verdict(one, outcomes.get(one.name))).length;
  const differs = (_one, outcome) => outcome === undefined || differencesOf(outcome).length > 0;
  const same = count((_one, outcome) => outcome && differencesOf(outcome).length === 0);
  const meant = count((one, outcome) => differs(one, outcome) && one.differs);
  const coded = count((_one, outcome) => outcome && hasCodeOfItsOwn(outcome));
  process.stdout.write(
    `differential: ${CASES.length} cases: ${same} the same (${coded} of them but for an added code), ` +
      `${meant} differ on purpose, ${CASES.length - same - meant} differ\n`,
  );
});

test("there are at least 150 cases", () => {
  expect(CASES.length).toBeGreaterThanOrEqual(150);
});

describe("the same", () => {
  test.each(CASES.filter((one) => !one.differs))("$name", ({ name }) => {
    const outcome = outcomes.get(name);
    const differences = differencesOf(outcome);
    const pick = (side) => Object.fromEntries(differences.map((member) => [member, side[member]]));
    expect(pick(outcome.ours)).toEqual(pick(outcome.original));
    expect(differences).toEqual([]);
  });
});

describe("differs on purpose", () => {
  test.each(CASES.filter((one) => one.differs))("$name", ({ name, differs: [, expected] }) => {
    const outcome = outcomes.get(name);
    expect(differencesOf(outcome)).not.toEqual([]);
    expect(outcome.ours).toMatchObject(expected);
    expect(["resolves", "rejects"]).toContain(outcome.ours.kind);
  });
});

describe("the list of differences", () => {
  test("has a case for each, and each case's row", () => {
    const shown = new Set(CASES.flatMap(({ differs }) => differs?.[0] ?? []));
    if ([...outcomes.values()].some(hasCodeOfItsOwn)) shown.add("token-code");
    const played = DIFFERENCES.filter(({ shownBy }) => shownBy === undefined);
    expect([...shown].sort()).toEqual(played.map(({ id }) => id).sort());
  });

  const elsewhere = DIFFERENCES.filter(({ shownBy }) => shownBy !== undefined);
  test.each(elsewhere)("has a test elsewhere: $id", ({ shownBy: [file, title] }) => {
    expect(readFileSync(path.join(ROOT, file), "utf8")).toContain(`test("${title}"`);
  });

  test("is the table of docs/differences.md, and the documents know how many cases there are", () => {
    const [differences, readme] = ["docs/differences.md", "README.md"].map((name) =>
      readFileSync(path.join(ROOT, name), "utf8"),
    );
    expect(differences).toContain(generated(SOURCE, content));
    for (const text of [differences, readme]) expect(text).toContain(`${CASES.length} cases`);
  });
});
