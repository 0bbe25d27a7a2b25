"use strict";

// What happens when the keys cannot be fetched, with and without keys from before. Over real HTTP.

const {
  authAt,
  expectUnavailable,
  fresh,
  pool,
  withUnknownKid,
} = require("../support/served-keys");
const { startJwksServer } = require("../../tools/testing/jwks-server.js");
const { closedPort, eventually, pause, refusal } = require("../../tools/outcomes.js");
const { CLIENT, jwk, jwks } = require("../../tools/testing/tokens.js");

let server;

beforeEach(async () => {
  server = await startJwksServer(jwk(pool));
});

afterEach(() => server.stop());

const make = (options) => authAt(server.url, options);

describe("on a cold cache, keys-unavailable within 5 s when the JWKS", () => {
  const good = () => JSON.stringify(jwks(jwk(pool)));
  const FAULTS = [
    ["answers 400", () => server.fail("keysWithStatus", 400)],
    ["answers 401", () => server.fail("status", 401)],
    ["answers 403", () => server.fail("status", 403)],
    ["answers 404 with keys", () => server.fail("keysWithStatus", 404)],
    ["answers 429", () => server.fail("status", 429)],
    ["answers 500 with keys", () => server.fail("keysWithStatus", 500)],
    ["answers 503", () => server.fail("status", 503)],
    ["answers 204", () => server.fail("status", 204)],
    ["hangs", () => server.fail("hang")],
    ["hangs after its headers", () => server.fail("hangAfterHeaders")],
    ["resets the connection", () => server.fail("reset")],
    ["is cut in the middle", () => server.fail("cut")],
    ["comes a byte at a time", () => server.fail("drip")],
    ["is no HTTP", () => server.fail("notHttp")],
    ["is a page of HTML", () => server.fail("text", "<!doctype html><p>Sign in</p>", "text/html")],
    ["is empty", () => server.fail("text", "")],
    ["is null", () => server.fail("text", "null")],
    ["is an array", () => server.fail("text", `[${good()}]`)],
    ["is a text", () => server.fail("text", '"keys"')],
    ["is cut JSON", () => server.fail("text", good().slice(0, -2))],
    ["is two sets", () => server.fail("text", good() + good())],
    ["has no keys", () => server.fail("text", "{}")],
    ["has null for keys", () => server.fail("text", '{"keys":null}')],
    ["has an object for keys", () => server.fail("text", '{"keys":{}}')],
    ["has an empty list", () => server.serve()],
    [
      "has unusable keys only",
      () => server.serve({ kty: "EC", kid: "k" }, jwk(pool, { use: "enc" }), null),
    ],
    ["is larger than 256 KiB", () => server.fail("text", good() + " ".repeat(256 * 1024))],
    [
      "never ends",
      () => server.fail("text", `${good().slice(0, -1)},"x":"${"x".repeat(20_000_000)}"}`),
    ],
    [
      "has more than 64 keys",
      () => server.serve(...Array.from({ length: 65 }, (_, i) => jwk(pool, { kid: `k${i}` }))),
    ],
  ];

  test.each(FAULTS)("%s; then it recovers", async (_name, set) => {
    set();
    const auth = make();
    const error = await expectUnavailable(auth.verifyToken(fresh()));
    expect(typeof error.retryAfter).toBe("number");
    expect(error.retryAfter).toBeGreaterThanOrEqual(0);
    expect(error.retryAfter).toBeLessThanOrEqual(1);
    server.serve(jwk(pool));
    const claims = await eventually(() => auth.verifyToken(fresh()));
    expect(claims).toMatchObject({ aud: CLIENT });
  });

  test("redirects, to keys that would be good", async () => {
    const target = await startJwksServer(jwk(pool));
    try {
      server.fail("redirect", target.url);
      await expectUnavailable(make().verifyToken(fresh()));
      expect(target.requests).toHaveLength(0);
    } finally {
      await target.stop();
    }
  });

  test("cannot be connected to", async () => {
    const jwksUri = `${await closedPort()}/jwks.json`;
    await expectUnavailable(make({ jwksUri }).verifyToken(fresh()));
  });

  test("has a host name that nobody knows", async () => {
    const jwksUri = "https://no-such-host.invalid/jwks.json";
    await expectUnavailable(make({ jwksUri }).verifyToken(fresh()));
  });

  test("speaks plain HTTP where TLS is due", async () => {
    const jwksUri = server.url.replace("http:", "https:");
    await expectUnavailable(make({ jwksUri }).verifyToken(fresh()));
  });
});

describe("while the JWKS is down", () => {
  /** The requests of one fetch (src/core/limits.rs: one at once, and one for each of JWKS_PAUSES). */
  const ATTEMPTS = 3;

  /**
   * The shortest pause after this many failed fetches without keys, in milliseconds: 250 that double up to 1,000; of that,
   * jitter takes a half at the most, but leaves 250.
   */
  const shortestPause = (failures) => Math.max(250, Math.min(250 * 2 ** (failures - 1), 1_000) / 2);

  test("200 callers at once share one fetch, of three requests, and its failure", async () => {
    server.fail("status", 500);
    const auth = make();
    const calls = Array.from({ length: 200 }, () => auth.verifyToken(fresh()));
    const errors = (await Promise.allSettled(calls)).map(({ reason }) => reason);
    for (const { reason } of errors) expect(reason).toBe("keys-unavailable");
    expect(new Set(errors.map(({ message }) => message)).size).toBe(1);
    expect(server.requests).toHaveLength(ATTEMPTS);
  });

  test("fetches follow a back-off, and callers are refused at once meanwhile", async () => {
    server.fail("status", 500);
    const auth = make();
    const end = performance.now() + 3000;
    let refusedAtOnce = 0;
    while (performance.now() < end) {
      const before = server.requests.length;
      const error = await expectUnavailable(auth.verifyToken(fresh()));
      expect(error.retryAfter).toBeGreaterThan(0);
      expect(error.retryAfter).toBeLessThanOrEqual(1);
      if (server.requests.length === before) refusedAtOnce += 1;
      await pause(5);
    }
    expect(refusedAtOnce).toBeGreaterThan(50);
    // A fetch starts 0.1 s and a pause after the one before at the earliest: at 0, 0.35, 0.7, 1.3, 1.9 and 2.5 s.
    const fetches = server.requests.length / ATTEMPTS;
    expect(Number.isInteger(fetches)).toBe(true);
    expect(fetches).toBeGreaterThanOrEqual(2);
    expect(fetches).toBeLessThanOrEqual(6);
    const atOf = (request) => server.requests[request].at;
    for (let fetch = 1; fetch < fetches; fetch += 1) {
      const first = fetch * ATTEMPTS;
      // The pause begins after the last answer, so it is never shorter than what lies between the requests.
      expect(atOf(first) - atOf(first - 1)).toBeGreaterThanOrEqual(shortestPause(fetch));
      // The last of a fetch's attempts has a pause of its own.
      expect(atOf(first - 1) - atOf(first - ATTEMPTS)).toBeGreaterThanOrEqual(100);
    }
  });

  test("known keys go on without a failure", async () => {
    const auth = make();
    await auth.verifyToken(fresh());
    server.fail("reset");
    const refused = await refusal(auth.verifyToken(withUnknownKid()));
    expect(["key-unknown", "keys-unavailable"]).toContain(refused.reason);
    for (let i = 0; i < 100; i += 1) {
      await expect(auth.verifyToken(fresh())).resolves.toBeTruthy();
    }
  });

  test.each([
    ["an empty set", () => server.serve()],
    ["unusable keys", () => server.serve({ kty: "EC", kid: "k" })],
    ["a page of HTML", () => server.fail("text", "<html></html>")],
    ["a 404", () => server.fail("status", 404)],
  ])("%s instead of a refresh takes no key away", async (_name, set) => {
    const auth = make();
    await auth.verifyToken(fresh());
    set();
    await refusal(auth.verifyToken(withUnknownKid()));
    await expect(auth.verifyToken(fresh())).resolves.toBeTruthy();
  });

  test("a token is neither accepted nor in the error", async () => {
    server.fail("status", 500);
    const token = fresh();
    const error = await expectUnavailable(make().verifyToken(token));
    expect(JSON.stringify(error) + error.message + error.stack).not.toContain(token.slice(0, 60));
  });
});
