"use strict";

// Keys that come, go and are not there: unknown key ids, rotation, the keys of another pool. Over real HTTP.

const { subscribe, unsubscribe } = require("node:diagnostics_channel");
const { JsonWebTokenError } = require("../..");
const { evaluate } = require("../support/child.js");
const { authAt, fresh, next, pool, stranger, withUnknownKid } = require("../support/served-keys");
const { startJwksServer } = require("../../tools/testing/jwks-server.js");
const { pause, refusal, settled } = require("../../tools/outcomes.js");
const { CLIENT, POOL, encode, jwk } = require("../../tools/testing/tokens.js");

let server;

beforeEach(async () => {
  server = await startJwksServer(jwk(pool));
});

afterEach(() => server.stop());

const make = (options) => authAt(server.url, options);

/** The fetches of the server's keys during a function. One may take several requests: the server's process, this one, may be busy. */
async function fetchesDuring(act) {
  const fetches = [];
  const listen = (event) => event.address === server.url && fetches.push(event);
  subscribe("cognito-auth-native:keys", listen);
  try {
    await act();
  } finally {
    unsubscribe("cognito-auth-native:keys", listen);
  }
  return fetches;
}

describe("a key id that the pool does not have", () => {
  test("on a cold cache: key-unknown", async () => {
    const { error } = await settled(make().verifyToken(withUnknownKid()), 5);
    expect(error).toBeInstanceOf(JsonWebTokenError);
    expect({ name: error.name, reason: error.reason, status: error.status }).toEqual({
      name: "JsonWebTokenError",
      reason: "key-unknown",
      status: 401,
    });
  });

  test("10,000 of them make one more fetch in 10 s at most, and tokens of known keys go on", async () => {
    const auth = make();
    const known = fresh();
    // Their signatures are never looked at, so one serves all.
    const rest = known.slice(known.indexOf("."));
    const unknown = (kid) => auth.verifyToken(encode({ alg: "RS256", kid }) + rest);
    const start = Date.now();
    const fetches = await fetchesDuring(async () => {
      await auth.verifyToken(known);
      const flood = Array.from({ length: 9_000 }, (_, i) => unknown(`a${i}`));
      const results = await Promise.allSettled([...flood, auth.verifyToken(fresh())]);
      expect(results.pop().status).toBe("fulfilled");
      for (const { reason } of results) expect(reason.reason).toBe("key-unknown");
      for (let i = 0; i < 1_000; i += 1) {
        expect((await refusal(unknown(`b${i}`))).reason).toBe("key-unknown");
        if (i % 100 === 0) await auth.verifyToken(fresh());
      }
    });
    const pauses = Math.floor((Date.now() - start) / 10_000);
    expect(fetches.length).toBeGreaterThan(1);
    expect(fetches.length).toBeLessThanOrEqual(2 + pauses);
  });

  test("does not hold up tokens of known keys, even while its refresh hangs", async () => {
    const auth = make();
    await auth.verifyToken(fresh());
    server.fail("hang");
    const unknown = auth.verifyToken(withUnknownKid()).catch((error) => error);
    for (let i = 0; i < 20; i += 1) {
      const { value } = await settled(auth.verifyToken(fresh()), 2);
      expect(value).toMatchObject({ aud: CLIENT });
    }
    const { value: error } = await settled(unknown, 5);
    expect(["key-unknown", "keys-unavailable"]).toContain(error.reason);
  });

  test("crashes no process, where the original stops dead, also when the JWKS is down", async () => {
    server.fail("status", 500);
    const up = await startJwksServer(jwk(pool));
    const source = `
      const { createAuth } = require("./index.js");
      const stray = [];
      process.on("uncaughtException", (error) => stray.push(error.message));
      process.on("unhandledRejection", (error) => stray.push(error.message));
      const of = (jwksUri) => createAuth({ userPoolId: ${JSON.stringify(POOL)}, clientId: ${JSON.stringify(CLIENT)}, jwksUri });
      const tokens = ${JSON.stringify([
        withUnknownKid("unknown"),
        withUnknownKid(""),
        withUnknownKid(5),
        fresh({ header: '{"alg":"RS256"}' }),
        fresh({ header: "{}" }),
        fresh({ header: "[1]" }),
        fresh(),
      ])};
      const calls = [${JSON.stringify(up.url)}, ${JSON.stringify(server.url)}]
        .flatMap((url) => tokens.map((token) => of(url).verifyToken(token)));
      Promise.allSettled(calls).then((outcomes) => setTimeout(() => {
        console.log(JSON.stringify({ stray, outcomes: outcomes.map(({ reason }) => reason?.reason ?? "ok") }));
      }, 100));
    `;
    try {
      const { stray, outcomes } = await evaluate(source);
      expect(stray).toEqual([]);
      expect(outcomes.slice(0, 7).filter((outcome) => outcome === "ok")).toHaveLength(1);
      expect(outcomes[6]).toBe("ok");
      expect(outcomes[13]).toBe("keys-unavailable");
      expect(outcomes.slice(7)).not.toContain("ok");
    } finally {
      await up.stop();
    }
  });
});

describe("rotation", () => {
  const ofNext = () => fresh({ header: { kid: "next" }, key: next.privateKey });

  test("is noticed by the first token with the new key id, and old tokens go on", async () => {
    const auth = make();
    await auth.verifyToken(fresh());
    server.serve(jwk(pool), jwk(next, { kid: "next" }));
    await expect(auth.verifyToken(ofNext())).resolves.toBeTruthy();
    await expect(auth.verifyToken(fresh())).resolves.toBeTruthy();
    expect(server.requests).toHaveLength(2);
  });

  test("100 tokens with the new key id at once make one request", async () => {
    const auth = make();
    await auth.verifyToken(fresh());
    server.serve(jwk(pool), jwk(next, { kid: "next" }));
    await Promise.all(Array.from({ length: 100 }, () => auth.verifyToken(ofNext())));
    expect(server.requests).toHaveLength(2);
  });

  test("a key that a refresh no longer lists is refused, also for a token that passed before", async () => {
    const auth = make();
    const seen = fresh();
    await auth.verifyToken(seen);
    await auth.verifyToken(seen);
    server.serve(jwk(next, { kid: "next" }));
    await expect(auth.verifyToken(ofNext())).resolves.toBeTruthy();
    expect((await refusal(auth.verifyToken(seen))).reason).toBe("key-unknown");
    expect((await refusal(auth.verifyToken(fresh()))).reason).toBe("key-unknown");
  });

  test("a key that is gone is noticed within 64 tokens even if the clock stands still", async () => {
    const auth = make();
    const seen = fresh();
    const clock = jest.spyOn(Date, "now").mockReturnValue(Date.now());
    try {
      await auth.verifyToken(seen);
      server.serve(jwk(next, { kid: "next" }));
      // Another Auth makes the refresh: this one is told nothing.
      await make().verifyToken(ofNext());
      const calls = Array.from({ length: 65 }, () => auth.verifyToken(seen));
      expect((await refusal(calls.at(-1))).reason).toBe("key-unknown");
      await Promise.allSettled(calls);
    } finally {
      clock.mockRestore();
    }
  });

  test("a key that is gone is refused by every Auth of the address, whoever made the refresh", async () => {
    const [one, other] = [make(), make()];
    const seen = fresh();
    await one.verifyToken(seen);
    await one.verifyToken(seen);
    server.serve(jwk(next, { kid: "next" }));
    await expect(other.verifyToken(ofNext())).resolves.toBeTruthy();
    await pause(2);
    expect((await refusal(one.verifyToken(seen))).reason).toBe("key-unknown");
  });

  test("another key under the same key id takes its place", async () => {
    const auth = make();
    const old = fresh();
    await auth.verifyToken(old);
    server.serve(jwk(next), jwk(stranger, { kid: "trigger" }));
    await auth.verifyToken(fresh({ header: { kid: "trigger" }, key: stranger.privateKey }));
    await expect(auth.verifyToken(fresh({ key: next.privateKey }))).resolves.toBeTruthy();
    expect((await refusal(auth.verifyToken(old))).reason).toBe("token-signature");
  });

  test("a second one is noticed when the pause of 10 s after the first refresh is over", async () => {
    const auth = make();
    await auth.verifyToken(fresh());
    await refusal(auth.verifyToken(withUnknownKid()));
    const after = server.requests.length;
    server.serve(jwk(pool), jwk(next, { kid: "next" }));
    expect((await refusal(auth.verifyToken(ofNext()))).reason).toBe("key-unknown");
    expect(server.requests).toHaveLength(after);
    await pause(10_500);
    await expect(auth.verifyToken(ofNext())).resolves.toBeTruthy();
    expect(server.requests).toHaveLength(after + 1);
  });
});

describe("two pools", () => {
  test("with the same key id keep their keys apart", async () => {
    const other = await startJwksServer(jwk(next));
    try {
      const mine = make();
      const theirs = make({ jwksUri: other.url });
      const ofTheirs = () => fresh({ key: next.privateKey });
      await expect(mine.verifyToken(fresh())).resolves.toBeTruthy();
      await expect(theirs.verifyToken(ofTheirs())).resolves.toBeTruthy();
      expect((await refusal(mine.verifyToken(ofTheirs()))).reason).toBe("token-signature");
      expect((await refusal(theirs.verifyToken(fresh()))).reason).toBe("token-signature");
    } finally {
      await other.stop();
    }
  });

  test("one whose JWKS hangs does not hold up the other", async () => {
    const other = await startJwksServer(jwk(next));
    try {
      other.fail("hang");
      const waiting = make({ jwksUri: other.url })
        .verifyToken(fresh())
        .catch((error) => error);
      const { value } = await settled(make().verifyToken(fresh()), 2);
      expect(value).toMatchObject({ aud: CLIENT });
      expect((await waiting).reason).toBe("keys-unavailable");
    } finally {
      await other.stop();
    }
  });
});
