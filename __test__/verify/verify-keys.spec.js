"use strict";

// Where keys come from, over real HTTP: how often they are fetched, and what happens when that fails.

const { AuthError, JsonWebTokenError, createAuth } = require("../..");
const { evaluate } = require("../support/child.js");
const { startJwksServer } = require("../../testing/jwks-server.js");
const { closedPort, eventually, pause, refusal, settled } = require("../../tools/outcomes.js");
const { startServiceServer } = require("../../testing/service-server.js");
const {
  CLIENT,
  POOL,
  REGION,
  encode,
  idClaims,
  jwk,
  jwks,
  rsaPair,
  sign,
} = require("../../testing/tokens.js");

const pool = rsaPair("pool");
const next = rsaPair("next");
const stranger = rsaPair("stranger");

let server;

beforeEach(async () => {
  server = await startJwksServer(jwk(pool));
});

afterEach(() => server.stop());

function make(options = {}) {
  return createAuth({
    region: REGION,
    userPoolId: POOL,
    clientId: CLIENT,
    jwksUri: server.url,
    ...options,
  });
}

/** A token of its own each time, so that no cache of verified tokens answers. */
let serial = 0;
function fresh(over = {}) {
  serial += 1;
  return sign({ payload: idClaims({ jti: `${serial}` }), ...over });
}

const withUnknownKid = (kid = `unknown-${serial}`) => fresh({ header: { kid } });

/** The refusal that there are no keys, which must come within 5 s. */
async function expectUnavailable(promise) {
  const { error } = await settled(promise, 5);
  expect(error).toBeInstanceOf(AuthError);
  expect(error).not.toBeInstanceOf(JsonWebTokenError);
  expect({ name: error.name, reason: error.reason, status: error.status }).toEqual({
    name: "KeysUnavailableError",
    reason: "keys-unavailable",
    status: 503,
  });
  return error;
}

describe("while the JWKS can be had", () => {
  test("1,000 verifications on a cold cache make one request", async () => {
    const auth = make();
    const tokens = Array.from({ length: 1_000 }, () => fresh());
    const claims = await Promise.all(tokens.map((token) => auth.verifyToken(token)));
    expect(new Set(claims.map(({ jti }) => jti)).size).toBe(1_000);
    expect(server.requests).toHaveLength(1);
  });

  test("the request is a plain GET of the address, without credentials", async () => {
    await make({
      credentials: { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "secret" },
    }).verifyToken(fresh());
    const [{ method, url, headers }] = server.requests;
    expect({ method, url }).toEqual({ method: "GET", url: server.path });
    expect(headers).not.toHaveProperty("authorization");
    expect(headers).not.toHaveProperty("cookie");
    expect(JSON.stringify(headers)).not.toContain("AKIDEXAMPLE");
  });

  test("later verifications make none", async () => {
    const auth = make();
    await auth.verifyToken(fresh());
    for (let again = 0; again < 20; again += 1) await auth.verifyToken(fresh());
    expect(server.requests).toHaveLength(1);
  });

  test("all Auths of one address share the keys", async () => {
    await Promise.all(Array.from({ length: 10 }, () => make().verifyToken(fresh())));
    await make({ verify: { clientId: null } }).verifyToken(fresh());
    expect(server.requests).toHaveLength(1);
  });

  test("a slow answer is waited for", async () => {
    server.fail("slow", 1000);
    await expect(make().verifyToken(fresh())).resolves.toMatchObject({ aud: CLIENT });
  });

  test("the content type does not matter", async () => {
    server.fail("text", JSON.stringify(jwks(jwk(pool))), "text/plain");
    await expect(make().verifyToken(fresh())).resolves.toMatchObject({ aud: CLIENT });
  });

  test("keys that cannot be used are passed over, the good one works", async () => {
    const weak = rsaPair("weak", 1024);
    server.serve(
      null,
      { kty: "EC", kid: "ec" },
      jwk(weak, { kid: "weak" }),
      jwk(stranger, { kid: "enc", use: "enc" }),
      jwk(pool),
    );
    const auth = make();
    await expect(auth.verifyToken(fresh())).resolves.toMatchObject({ aud: CLIENT });
    const weakling = fresh({ header: { kid: "weak" }, key: weak.privateKey });
    expect((await refusal(auth.verifyToken(weakling))).reason).toBe("key-unknown");
  });

  test("a malformed token makes no request", async () => {
    const auth = make();
    for (const token of ["", "a.b", "a.b.c", `Bearer ${fresh()}`, undefined]) {
      await refusal(auth.verifyToken(token));
    }
    await refusal(auth.verifyToken(fresh({ header: { alg: "HS256" } })));
    expect(server.requests).toHaveLength(0);
  });

  test("making an Auth makes no request", async () => {
    make();
    await pause(200);
    expect(server.requests).toHaveLength(0);
  });

  test("an endpoint has the keys below the pool's id", async () => {
    const service = await startServiceServer();
    try {
      // A pool id of its own, for keys are cached by address and ports are used again.
      const userPoolId = `us-east-1_Endpoint${Date.now()}`;
      service.serveKeys(userPoolId, jwks(jwk(pool)));
      const iss = `https://cognito-idp.us-east-1.amazonaws.com/${userPoolId}`;
      const auth = createAuth({ userPoolId, clientId: CLIENT, endpoint: `${service.endpoint}/` });
      await auth.verifyToken(sign({ payload: idClaims({ iss }) }));
      expect(service.requests.map(({ url }) => url)).toEqual([
        `/${userPoolId}/.well-known/jwks.json`,
      ]);
    } finally {
      await service.stop();
    }
  });

  test("a configured issuer moves no keys: they come from the pool's own address", async () => {
    const service = await startServiceServer();
    try {
      const userPoolId = `us-east-1_Issuer${Date.now()}`;
      service.serveKeys(userPoolId, jwks(jwk(pool)));
      const issuer = server.url.replace("/.well-known/jwks.json", "");
      const options = { userPoolId, clientId: CLIENT, endpoint: service.endpoint, issuer };
      const token = sign({ payload: idClaims({ iss: issuer }) });
      await expect(createAuth(options).verifyToken(token)).resolves.toMatchObject({ iss: issuer });
      expect(service.requests.map(({ url }) => url)).toEqual([
        `/${userPoolId}/.well-known/jwks.json`,
      ]);
      expect(server.requests).toHaveLength(0);
      // Without a pool nothing says where the keys are.
      const error = await refusal(createAuth({ clientId: CLIENT, issuer }).verifyToken(token));
      expect(error).toMatchObject({ reason: "config", name: "MissingRequiredParameter" });
      expect(server.requests).toHaveLength(0);
    } finally {
      await service.stop();
    }
  });
});

describe("ready()", () => {
  test("fetches the keys, and verifications then fetch nothing", async () => {
    const auth = make();
    await expect(auth.ready()).resolves.toBeUndefined();
    expect(server.requests).toHaveLength(1);
    await auth.verifyToken(fresh());
    await auth.ready();
    expect(server.requests).toHaveLength(1);
  });

  test("shares its request with verifications and with itself", async () => {
    const auth = make();
    await Promise.all([auth.ready(), auth.verifyToken(fresh()), auth.ready(), make().ready()]);
    expect(server.requests).toHaveLength(1);
  });

  test("rejects when there are no keys, and succeeds once there are", async () => {
    server.fail("status", 503);
    const auth = make();
    await expectUnavailable(auth.ready());
    server.heal();
    await eventually(() => auth.ready());
    await expect(auth.verifyToken(fresh())).resolves.toBeTruthy();
  });

  test("rejects with config when nothing says where the keys are", async () => {
    const error = await refusal(createAuth({ region: REGION, clientId: CLIENT }).ready());
    expect(error.reason).toBe("config");
    expect(error.message).toContain("USER_POOL_ID");
  });

  const VARIABLES = ["USER_POOL_ID", "COGNITO_CLIENT_ID", "AWS_REGION"];
  const MISSING_POOL = "Missing required key 'UserPoolId' in params: USER_POOL_ID is not set";
  const MISSING_CLIENT = "Missing required key 'ClientId' in params: COGNITO_CLIENT_ID is not set";

  test.each([
    ["everything", {}, MISSING_POOL, VARIABLES],
    ["pool and client", { region: REGION }, MISSING_POOL, VARIABLES.slice(0, 2)],
    ["the client", { userPoolId: POOL }, MISSING_CLIENT, VARIABLES.slice(1, 2)],
    [
      "client and region",
      { userPoolId: "my_own_A1", jwksUri: "https://keys.example" },
      MISSING_CLIENT,
      VARIABLES.slice(1),
    ],
    [
      "the pool",
      { verify: { clientId: null }, region: REGION },
      MISSING_POOL,
      VARIABLES.slice(0, 1),
    ],
  ])(
    "reports all settings at once that are missing: %s",
    async (_name, options, beginning, names) => {
      const error = await refusal(createAuth(options).ready());
      expect(error).toBeInstanceOf(AuthError);
      expect(error).toMatchObject({
        name: "MissingRequiredParameter",
        code: "MissingRequiredParameter",
        reason: "config",
        status: 500,
      });
      expect(error.message.startsWith(beginning)).toBe(true);
      expect(VARIABLES.filter((name) => error.message.includes(name))).toEqual(names);
    },
  );
});

describe("keys: { jwks }", () => {
  const handedIn = () => make({ keys: { jwks: jwks(jwk(pool)) } });

  test("makes no request: not for good tokens, not for unknown key ids, not in ready()", async () => {
    const auth = handedIn();
    await auth.ready();
    await auth.verifyToken(fresh());
    const error = await refusal(auth.verifyToken(withUnknownKid()));
    expect(error.reason).toBe("key-unknown");
    expect(server.requests).toHaveLength(0);
  });

  test("does not lend its keys to an Auth of the same address", async () => {
    server.serve(jwk(next));
    await handedIn().verifyToken(fresh());
    const error = await refusal(make().verifyToken(fresh()));
    expect(error.reason).toBe("token-signature");
  });

  test("is read when the Auth is made: changing the object later changes nothing", async () => {
    const set = jwks(jwk(pool));
    const auth = make({ keys: { jwks: set } });
    set.keys[0] = jwk(stranger);
    await expect(auth.verifyToken(fresh())).resolves.toBeTruthy();
    const forged = fresh({ key: stranger.privateKey });
    expect((await refusal(auth.verifyToken(forged))).reason).toBe("token-signature");
  });

  test.each([
    ["a text", "jwks"],
    ["a number", 5],
    ["null", null],
    ["no keys", {}],
    ["keys that are no array", { keys: {} }],
  ])("%s is refused when the Auth is made", (_name, set) => {
    expect(() => make({ keys: { jwks: set } })).toThrow(
      expect.objectContaining({ reason: "config" }),
    );
  });
});

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

  test("10,000 of them make one more request in 10 s at most, and tokens of known keys go on", async () => {
    const auth = make();
    const known = fresh();
    await auth.verifyToken(known);
    // Their signatures are never looked at, so one serves all.
    const rest = known.slice(known.indexOf("."));
    const unknown = (kid) => auth.verifyToken(encode({ alg: "RS256", kid }) + rest);
    const start = Date.now();
    const flood = Array.from({ length: 9_000 }, (_, i) => unknown(`a${i}`));
    const results = await Promise.allSettled([...flood, auth.verifyToken(fresh())]);
    expect(results.pop().status).toBe("fulfilled");
    for (const { reason } of results) expect(reason.reason).toBe("key-unknown");
    for (let i = 0; i < 1_000; i += 1) {
      expect((await refusal(unknown(`b${i}`))).reason).toBe("key-unknown");
      if (i % 100 === 0) await auth.verifyToken(fresh());
    }
    const pauses = Math.floor((Date.now() - start) / 10_000);
    expect(server.requests.length).toBeLessThanOrEqual(2 + pauses);
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

describe("the address of the JWKS", () => {
  test.each([
    ["http to another host", "http://keys.example/jwks.json"],
    ["http to a host that only looks like loopback", "http://127.0.0.1.keys.example/jwks.json"],
    ["a file", "file:///etc/passwd"],
    ["no URL", "jwks.json"],
    ["a user and a password", "https://user:password@keys.example/jwks.json"],
  ])("%s is refused when the Auth is made", (_name, jwksUri) => {
    expect(() => make({ jwksUri })).toThrow(
      expect.objectContaining({
        reason: "config",
        message: expect.stringContaining("COGNITO_JWKS_URI"),
      }),
    );
  });

  test("http is accepted on the host of the endpoint", () => {
    const endpoint = "http://cognito.internal:4566";
    expect(() => make({ endpoint, jwksUri: `${endpoint}/keys.json` })).not.toThrow();
  });
});
