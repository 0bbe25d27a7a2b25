"use strict";

// The benchmark's inputs and its report. Nothing is measured here.

const { spawnSync } = require("node:child_process");
const fs = require("node:fs");
const http = require("node:http");
const os = require("node:os");
const path = require("node:path");
const { forgedTokens } = require("../../bench/forged");
const { readInputs } = require("../../bench/inputs");
const { createIssuer, refusedTokens } = require("../../bench/issuer");
const { asks, assertVerdicts: assertServer } = require("../../bench/load");
const { readOptions } = require("../../bench/options");
const { OTHER_BUILD, OURS, orderOf } = require("../../bench/peers");
const { report } = require("../../bench/report");
const { SERVERS } = require("../../bench/servers");
const { CASES } = require("../../bench/sign-in-cases");
const { assertVerdicts: assertCalls } = require("../../bench/sign-in-worker");
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

/** Runs a benchmark, with this package alone. */
function run(name, ...args) {
  const command = [path.join(root, "bench", name), "--rounds", "1", "--peers", OURS, ...args];
  return spawnSync(process.execPath, command, { encoding: "utf8" });
}

describe("the options of requests.js and sign-in.js", () => {
  const known = {
    cases: ["one", "two"],
    peers: [OURS, "a", "b"],
    always: [OURS],
    counts: { calls: 60 },
  };
  const read = (...args) => readOptions(args, known);

  test("without options: all cases and peers", () => {
    const { isChosen, ...options } = read();
    expect(options).toEqual({ rounds: 5, calls: 60, cases: ["one", "two"] });
    expect(known.peers.filter(isChosen)).toEqual(known.peers);
  });

  test("they choose", () => {
    const args = ["--rounds", "2", "--calls", "7", "--cases", "two", "--peers", "b"];
    const { isChosen, ...options } = read(...args);
    expect(options).toEqual({ rounds: 2, calls: 7, cases: ["two"] });
    expect(known.peers.filter(isChosen)).toEqual([OURS, "b"]);
  });

  test.each([
    [["--rounds", "0"], /--rounds takes a number, at least 1/],
    [["--calls", "many"], /--calls takes a number, at least 1/],
    [["--cases", "one,three"], /--cases takes some of one,two/],
    [["--peers", "c"], /no peer "c".*\n(?:.*\n)*.*--peers "b"/],
    [["--count", "1"], /Unknown option '--count'/],
  ])("%j is reported", (args, message) => {
    expect(() => read(...args)).toThrow(message);
  });

  test.each(["requests.js", "sign-in.js"])("%s ends with the problem", (name) => {
    const { status, stdout, stderr } = run(name, "--cases", "slow");
    expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
    expect(stderr).toMatch(/^--cases takes some of .*\n$/);
  });
});

describe("a server whose verdict is wrong is not timed", () => {
  const { token } = createIssuer();
  const good = token();
  const refused = refusedTokens(token);
  const claimsOf = (text) => JSON.parse(Buffer.from(text.split(".")[1], "base64url"));
  let server;
  let answerFor;
  beforeAll(async () => {
    server = http.createServer((request, response) => {
      const [status, body = {}] = answerFor(request.headers.authorization?.slice("Bearer ".length));
      response.writeHead(status).end(JSON.stringify(body));
    });
    await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  });
  afterAll(() => new Promise((resolve) => server.close(resolve)));

  const check = () => {
    const agent = new http.Agent();
    return assertServer(asks(server.address().port, agent), "it", { good, refused });
  };
  const accepts = (text) => [200, { sub: claimsOf(text).sub }];

  test("one that accepts the good token alone is", async () => {
    answerFor = (text) => (text === good ? accepts(good) : [401]);
    await check();
  });

  test.each(Object.entries(refused))("one that accepts %s", async (what, bad) => {
    answerFor = (text) => (text === good || text === bad ? accepts(good) : [401]);
    await expect(check()).rejects.toThrow(`it is not timed: it answers ${what} with 200`);
  });

  test("one that fails at a bad token", async () => {
    answerFor = (text) => (text === good ? accepts(good) : [500]);
    await expect(check()).rejects.toThrow("it answers no token with 500");
  });

  test.each([
    [401, {}],
    [200, { sub: "somebody else" }],
  ])("one that answers the good token with %i %j", async (...answer) => {
    answerFor = () => answer;
    await expect(check()).rejects.toThrow("it answers a good token with");
  });
});

test("a peer that gives a wrong result, or accepts what must be refused, is not timed", async () => {
  const right = "x".repeat(500);
  const theCase = { input: () => ["good"], refused: ["bad"], isGood: (text) => text === right };
  const refuses = async (given) => {
    if (given === "bad") throw new Error("refused");
    return right;
  };
  await assertCalls(refuses, theCase);
  await assertCalls(async () => right, theCase, true);
  await expect(assertCalls(async () => right, theCase)).rejects.toThrow("accepted what must be");
  await expect(assertCalls(async () => "x", theCase)).rejects.toThrow("a good input is wrong");
  await expect(assertCalls(async () => Promise.reject(new Error("down")), theCase)).rejects.toThrow(
    "down",
  );
});

/** The first cells of a report's rows. */
const rowsOf = (text) => [...text.matchAll(/^\| ([^|]*?) \| *\d/gm)].map(([, name]) => name);

test("requests.js measures this package and a server without verification in each framework", () => {
  const { stdout, stderr, status } = run("requests.js", "--requests", "40", "--cases", "new");
  expect({ status, stderr }).toEqual({ status: 0, stderr: "round 1 of 1: new\n" });
  const frameworks = [...new Set(SERVERS.map(({ framework }) => framework))];
  expect(frameworks.length).toBeGreaterThan(3);
  expect(rowsOf(stdout)).toEqual(
    frameworks.flatMap((name) => [`${name}: no verification`, `${name}: ${OURS}`]),
  );
});

test("sign-in.js measures each of its cases", () => {
  const cases = "password,admin,refresh,user,list,srp";
  const args = ["--calls", "64", "--sign-ins", "2", "--cases", cases];
  const { stdout, status } = run("sign-in.js", ...args);
  expect(status).toBe(0);
  for (const name of cases.split(",")) expect(stdout).toContain(CASES[name].title);
  expect(rowsOf(stdout).filter((name) => name !== OURS)).toEqual([]);
  expect(rowsOf(stdout).length).toBeGreaterThan(3);
});
