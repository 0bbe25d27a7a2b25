"use strict";

// Where keys come from, over real HTTP, and how often they are fetched.

const { AuthError, createAuth } = require("../..");
const {
  authAt,
  expectUnavailable,
  fresh,
  next,
  pool,
  stranger,
  withUnknownKid,
} = require("../support/served-keys");
const { startJwksServer } = require("../../tools/testing/jwks-server.js");
const { eventually, pause, refusal } = require("../../tools/outcomes.js");
const { startServiceServer } = require("../../tools/testing/service-server.js");
const {
  CLIENT,
  POOL,
  REGION,
  idClaims,
  jwk,
  jwks,
  rsaPair,
  sign,
} = require("../../tools/testing/tokens.js");

let server;

beforeEach(async () => {
  server = await startJwksServer(jwk(pool));
});

afterEach(() => server.stop());

const make = (options) => authAt(server.url, options);

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
