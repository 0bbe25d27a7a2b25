"use strict";

// Everything that can be the matter with the service and the way to it, over real HTTP and HTTPS.

const fs = require("node:fs");
const path = require("node:path");
const { AuthError, createAuth } = require("../..");
const { FAULTS } = require("../../tools/faults/faults.js");
const { SOURCE, playFaults, tableOf } = require("../../tools/faults/table.js");
const { ROOT } = require("../support/child.js");
const { generated } = require("../../tools/generated.js");
const { settled } = require("../../tools/outcomes.js");
const { generator } = require("../../tools/random.js");
const { reset, startServiceServer } = require("../../tools/testing/service-server.js");
const { POOL, jwk, rsaPair, sign, CLIENT } = require("../../tools/testing/tokens.js");

let played;

beforeAll(async () => {
  played = await playFaults();
}, 60_000);

const resultsOf = (name) => played.find(([fault]) => fault.name === name)[1];

test.each(FAULTS.map(({ name }) => name))("%s: no call outlives its deadline by 0.5 s", (name) => {
  for (const { late, took } of Object.values(resultsOf(name)).slice(0, 3)) {
    expect({ late, took }).toEqual({ late: false, took: expect.any(Number) });
  }
});

test("keys that are there go on through everything", () => {
  for (const [, results] of played) {
    expect(results["verifyToken, keys there"].outcome).toBe("resolves");
  }
});

test("SignUp is sent once, unless it was throttled or never sent", () => {
  const often = played.filter(([, { createCognitoUser }]) => createCognitoUser.attempts > 1);
  expect(often.map(([{ name }]) => name)).toEqual([
    "429",
    "429 with Retry-After: 1",
    "HTTP where HTTPS is expected",
    "nobody listens",
    "a host name that nobody knows",
  ]);
});

test("Retry-After is kept to, and handed on when it is long", () => {
  const short = resultsOf("429 with Retry-After: 1").login;
  expect(short).toMatchObject({ reason: "throttled", attempts: 3, retryable: true, retryAfter: 1 });
  expect(short.took).toBeGreaterThan(1_900);
  const long = resultsOf("503 with Retry-After: 60").login;
  expect(long).toMatchObject({ reason: "service", attempts: 1, retryable: true, retryAfter: 60 });
  expect(long.took).toBeLessThan(1_000);
});

test("docs/reliability.md has what became of the calls", () => {
  const text = fs.readFileSync(path.join(ROOT, "docs", "reliability.md"), "utf8");
  expect(text).toContain(generated(SOURCE, tableOf(played)));
});

test("one request in a hundred fails: 1,000 sign-ins and verifications, and everything settles", async () => {
  const random = generator(20_261_123);
  const server = await startServiceServer();
  try {
    const FAILURES = [
      { status: 500, body: "" },
      { status: 429, body: "" },
      reset,
      { body: "<html>" },
    ];
    let failures = 0;
    server.always("AdminInitiateAuth", (record, response, well) => {
      if (random(100) > 0) return well;
      failures += 1;
      const failure = FAILURES[random(FAILURES.length)];
      return typeof failure === "function" ? failure(record, response) : failure;
    });
    server.serveKeys(POOL, { keys: [jwk(rsaPair())] });
    const auth = createAuth({ ...server.options, clientId: CLIENT });
    const outcomes = [];
    for (let i = 0; i < 20; i += 1) {
      const calls = Array.from({ length: 50 }, () => auth.login("theseus", "Labyrinth1"));
      outcomes.push(...(await Promise.all(calls.map((call) => settled(call)))));
      await auth.verifyToken(sign());
    }
    const errors = outcomes.flatMap(({ error }) => error ?? []);
    expect(failures).toBeGreaterThan(3);
    // Most are sent again with success.
    expect(errors.length).toBeLessThan(failures);
    expect(errors.filter((error) => !AuthError.is(error))).toEqual([]);
    expect(server.of("AdminInitiateAuth").length).toBeLessThan(1_000 + 3 * failures);
  } finally {
    await server.stop();
  }
}, 60_000);
