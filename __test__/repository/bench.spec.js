"use strict";

// The benchmark's inputs and its report. Nothing is measured here.

const { spawnSync } = require("node:child_process");
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const { forgedTokens } = require("../../bench/forged");
const { readInputs } = require("../../bench/inputs");
const { OTHER_BUILD, OURS, orderOf } = require("../../bench/peers");
const { report } = require("../../bench/report");
const root = require("../../tools/root");

let folder;
beforeAll(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "bench-"));
});
afterAll(() => {
  fs.rmSync(folder, { recursive: true, force: true });
});

/** A copy of this package's JavaScript, without an addon. */
function withoutAddon() {
  const copy = path.join(folder, "without-addon");
  for (const name of ["package.json", "index.js", "lib"]) {
    fs.cpSync(path.join(root, name), path.join(copy, name), { recursive: true });
  }
  return copy;
}

describe("inputs", () => {
  test("without options: all peers, five rounds, results that are written", () => {
    const { rounds, peersOf, also, write } = readInputs([]);
    expect({ rounds, also, write }).toEqual({ rounds: 5, also: undefined, write: true });
    expect(peersOf.first).toContain("jose, local JWKS");
    expect(peersOf.signIn).toContain("AWS SDK v3");
    expect(Object.values(peersOf).flat()).not.toContain(OTHER_BUILD);
  });

  test("--also adds a build to every case and writes no results", () => {
    const { peersOf, also, write } = readInputs(["--also", root]);
    expect({ also, write }).toEqual({ also: root, write: false });
    for (const peers of Object.values(peersOf)) expect(peers).toContain(OTHER_BUILD);
  });

  test("--peers chooses, beside the builds of this package", () => {
    const { peersOf, write } = readInputs(["--peers", "jose, local JWKS", "--also", root]);
    expect(peersOf.first).toEqual([OURS, "jose, local JWKS", OTHER_BUILD]);
    expect(peersOf.signIn).toEqual([OURS, OTHER_BUILD]);
    expect(write).toBe(false);
    const alone = readInputs(["--peers", OURS]);
    expect(new Set(Object.values(alone.peersOf).flat())).toEqual(new Set([OURS]));
    expect(alone.write).toBe(false);
  });

  test("a wrong input is reported with what to do", () => {
    const missing = path.join(folder, "missing");
    expect(() => readInputs(["--also", missing])).toThrow(/no such folder.*git worktree add/);
    expect(() => readInputs(["--also", folder])).toThrow(/no package\.json of cognito-auth-native/);
    expect(() => readInputs(["--also", withoutAddon()])).toThrow(
      /npm run build.*\n.*not installed/,
    );
    expect(() => readInputs(["--peers", "jsonwebtoken"])).toThrow(
      /no peer "jsonwebtoken".*\n(?:.*\n)*.*--peers "jsonwebtoken, KeyObject"/,
    );
    expect(() => readInputs(["--cases", "slow"])).toThrow(/--cases some of first,/);
  });

  test("the command ends with the problem, and measures nothing", () => {
    const args = [path.join(root, "bench", "run.js"), "--also", path.join(folder, "missing")];
    const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });
    expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
    expect(stderr).toMatch(/^--also .*no such folder.*\n$/);
  });
});

test("the two builds run one after the other, in changing order", () => {
  const peers = [OURS, "a", "b", OTHER_BUILD];
  expect([0, 1, 2, 3].map((round) => orderOf(peers, round))).toEqual([
    [OURS, OTHER_BUILD, "a", "b"],
    ["a", "b", OTHER_BUILD, OURS],
    ["b", OURS, OTHER_BUILD, "a"],
    [OTHER_BUILD, OURS, "a", "b"],
  ]);
  expect(orderOf([OURS, "a", "b"], 1)).toEqual(["a", "b", OURS]);
});

describe("forged tokens", () => {
  const encode = (object) => Buffer.from(JSON.stringify(object)).toString("base64url");
  const plain = `${encode({ kid: "key", alg: "RS256" })}.${encode({ sub: "theseus" })}.${"A".repeat(342)}`;

  test.each([8, 16, 64])("of %i KiB: whole JSON objects that fill the size", (kib) => {
    const tokens = Object.entries(forgedTokens(plain, kib * 1024));
    expect(tokens.length).toBeGreaterThan(20);
    for (const [shape, token] of tokens) {
      expect(`${shape}: ${token.length <= kib * 1024}`).toBe(`${shape}: true`);
      expect(`${shape}: ${token.length > kib * 1024 - 64}`).toBe(`${shape}: true`);
      if (!/^(header|payload): /.test(shape)) continue;
      const [header, payload] = token
        .split(".")
        .map((part) => Buffer.from(part, "base64url").toString());
      expect(JSON.parse(header)).toMatchObject({ kid: "key", alg: "RS256" });
      expect(JSON.parse(payload)).toMatchObject({ sub: "theseus" });
    }
  });
});

describe("report", () => {
  const results = {
    date: "2026-01-01",
    machine: "machine",
    node: "v20.0.0",
    rounds: 3,
    peers: { [OURS]: { version: "1.0.0", checks: "all" } },
    cases: { first: { [OURS]: [10, 30, 20] } },
  };

  test("the ratio of two builds is that of each round", () => {
    const cases = { first: { [OURS]: [10, 30, 20], [OTHER_BUILD]: [20, 20, 20] } };
    expect(report({ ...results, also: "/before", cases })).toContain(
      "| µs a token, less is better | 20.0 | 20.0 | 1.00 | 0.500 | 1.50 |",
    );
  });

  test("the worst forged tokens stand beside a plain one, and are compared one by one", () => {
    const round = (plain, worst) => ({
      plain: { cost: plain },
      "8 KiB": { cost: worst, shape: "header: a" },
      "16 KiB": { cost: worst * 2, shape: "header: b" },
      "64 KiB": { cost: worst * 8, shape: "header: c" },
    });
    const forged = {
      [OURS]: [round(10, 20), round(10, 30)],
      [OTHER_BUILD]: [round(10, 40), round(10, 40)],
    };
    const text = report({ ...results, also: "/before", cases: { forged } });
    expect(text).toContain(
      `| ${OURS} | 10.0 | 25.0 | 2.50 | 50.0 | 5.00 | 200 | 20.0 | header: c |`,
    );
    expect(text).toContain(
      "| a forged token, 64 KiB | µs a token, less is better | 200 | 320 | 0.625 | 0.500 | 0.750 |",
    );
  });

  test("without a second build there is no comparison", () => {
    expect(report(results)).not.toContain("## This build beside");
  });
});
