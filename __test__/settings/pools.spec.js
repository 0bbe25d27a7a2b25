"use strict";

// Which pool, region and issuer a setting belongs to: settings of one pool serve no other, issuers and keys are those of the
// pool's own region, and a region that becomes a part of a host name is one of AWS's.

const crypto = require("node:crypto");
const { createAuth } = require("../..");
const { startConnectProxy } = require("../support/connect-proxy.js");
const { useEnvironment } = require("../support/environment.js");
const { refusal } = require("../../tools/outcomes.js");
const { failure, startServiceServer } = require("../../tools/testing/service-server.js");
const { CLIENT, idClaims, jwk, jwks, rsaPair, sign } = require("../../tools/testing/tokens.js");

const A = "us-east-1_PoolAaaaa";
const B = "us-east-1_PoolBbbbb";
const keys = { jwks: jwks(jwk(rsaPair())) };
const CREDENTIALS = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "secret" };

const originalOf = (pool, region = "us-east-1") =>
  `https://cognito-idp.${region}.amazonaws.com/${pool}`;
const updatedOf = (pool, region) => `https://issuer-${originalOf(pool, region).slice(8)}`;
const tokenOf = (iss, aud = CLIENT) => sign({ payload: idClaims({ iss, aud }) });
const secretHash = (secret, text) =>
  crypto.createHmac("sha256", secret).update(text).digest("base64");

/** The hosts that a proxy was asked for. */
const hosts = (proxy) => [...new Set(proxy.tunnels.map((tunnel) => tunnel.replace(/:443$/, "")))];

let service;
let restore;

beforeAll(async () => {
  service = await startServiceServer();
});
afterAll(() => service.stop());
beforeEach(() => service.clear());
afterEach(() => restore?.());

function use(variables) {
  restore?.();
  restore = useEnvironment(variables);
}

/** "accepted", or why not. */
const verdict = (auth, token) =>
  auth.verifyToken(token).then(
    () => "accepted",
    ({ reason }) => reason,
  );

describe("an option userPoolId of another pool than USER_POOL_ID", () => {
  const OF_A = { USER_POOL_ID: A, COGNITO_CLIENT_ID: "clientA", AWS_REGION: "us-east-1" };

  test("switches COGNITO_ISSUER off", async () => {
    use({ ...OF_A, COGNITO_ISSUER: originalOf(A) });
    for (const options of [{ clientId: "clientB" }, { verify: { clientId: null } }]) {
      const auth = createAuth({ userPoolId: B, keys, ...options });
      expect(await verdict(auth, tokenOf(originalOf(A), "clientB"))).toBe("token-issuer");
      expect(await verdict(auth, tokenOf(originalOf(B), "clientB"))).toBe("accepted");
    }
  });

  test("switches COGNITO_JWKS_URI off", async () => {
    use({ ...OF_A, COGNITO_JWKS_URI: `${service.endpoint}/${A}/.well-known/jwks.json` });
    service.serveKeys(A, jwks(jwk(rsaPair())));
    service.serveKeys(B, jwks(jwk(rsaPair("another"))));
    const auth = createAuth({ userPoolId: B, clientId: "clientB", endpoint: service.endpoint });
    expect(await verdict(auth, tokenOf(originalOf(B), "clientB"))).toBe("token-signature");
    expect(service.requests.map(({ url }) => url)).toEqual([`/${B}/.well-known/jwks.json`]);
  });

  test("switches COGNITO_CLIENT_ID off", async () => {
    use(OF_A);
    const auth = createAuth({ userPoolId: B, keys });
    const error = await refusal(auth.verifyToken(tokenOf(originalOf(B), "clientA")));
    expect(error).toMatchObject({ reason: "config", name: "MissingRequiredParameter" });
    expect(error.message).toContain("COGNITO_CLIENT_ID");
    expect((await refusal(auth.login("theseus", "Labyrinth1"))).reason).toBe("config");
  });

  test("switches COGNITO_CLIENT_SECRET off, whichever the client", async () => {
    use({ ...OF_A, COGNITO_CLIENT_SECRET: "secret-of-A" });
    for (const clientId of ["clientB", "clientA"]) {
      const options = { userPoolId: B, clientId, endpoint: service.endpoint };
      await createAuth({ ...options, credentials: CREDENTIALS }).login("theseus", "Labyrinth1");
      expect(service.requests.at(-1).body.AuthParameters).not.toHaveProperty("SECRET_HASH");
    }
  });

  test("leaves what belongs to no pool: endpoint, flow, AWS credentials", async () => {
    use({
      ...OF_A,
      AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER: service.endpoint,
      COGNITO_AUTH_FLOW: "ADMIN_USER_PASSWORD_AUTH",
      AWS_ACCESS_KEY_ID: "AKIDENVIRONMENT",
      AWS_SECRET_ACCESS_KEY: "secret",
    });
    await createAuth({ userPoolId: B, clientId: "clientB" }).login("theseus", "Labyrinth1");
    const [{ body, headers }] = service.requests;
    expect(body).toMatchObject({ UserPoolId: B, AuthFlow: "ADMIN_USER_PASSWORD_AUTH" });
    expect(headers.authorization).toContain("AKIDENVIRONMENT");
  });

  test("leaves options, and the same pool's settings", async () => {
    const iss = "https://login.example.com";
    const secret = { COGNITO_CLIENT_SECRET: "secret-of-A" };
    use({ ...OF_A, ...secret, COGNITO_ISSUER: iss });
    const same = { userPoolId: A, keys, endpoint: service.endpoint, credentials: CREDENTIALS };
    const auth = createAuth(same);
    expect(await verdict(auth, tokenOf(iss, "clientA"))).toBe("accepted");
    await auth.login("theseus", "Labyrinth1");
    expect(service.requests[0].body.AuthParameters.SECRET_HASH).toBe(
      secretHash("secret-of-A", "theseusclientA"),
    );
    const other = createAuth({ userPoolId: B, clientId: "clientB", issuer: iss, keys });
    expect(await verdict(other, tokenOf(iss, "clientB"))).toBe("accepted");
  });
});

describe("an option clientId of another client than COGNITO_CLIENT_ID", () => {
  const environment = () => ({
    USER_POOL_ID: A,
    COGNITO_CLIENT_ID: "clientA",
    COGNITO_CLIENT_SECRET: "secret-of-A",
    AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER: service.endpoint,
    AWS_ACCESS_KEY_ID: "AKIDEXAMPLE",
    AWS_SECRET_ACCESS_KEY: "secret",
  });

  test.each([
    ["another client", { clientId: "other1client" }, undefined],
    ["the same client", { clientId: "clientA" }, secretHash("secret-of-A", "theseusclientA")],
    ["none", {}, secretHash("secret-of-A", "theseusclientA")],
    [
      "another client and its secret",
      { clientId: "other1client", clientSecret: "its-own" },
      secretHash("its-own", "theseusother1client"),
    ],
  ])("switches COGNITO_CLIENT_SECRET off: %s", async (_name, options, expected) => {
    use(environment());
    const auth = createAuth(options);
    await auth.login("theseus", "Labyrinth1");
    await auth.createCognitoUser("theseus", "Labyrinth1");
    expect(service.of("AdminInitiateAuth")[0].body.AuthParameters.SECRET_HASH).toBe(expected);
    expect(service.of("SignUp")[0].body.SecretHash).toBe(expected);
  });

  test("leaves the pool's issuer", async () => {
    use({ ...environment(), COGNITO_ISSUER: "https://login.example.com" });
    const auth = createAuth({ clientId: CLIENT, keys });
    expect(await verdict(auth, tokenOf("https://login.example.com"))).toBe("accepted");
  });
});

describe("a pool in another region than this code", () => {
  const POOL = "eu-west-1_AbCdEfGhI";
  const REGIONS = [
    ["option region", { region: "us-west-2" }, {}],
    ["COGNITO_REGION", {}, { COGNITO_REGION: "us-west-2" }],
    ["AWS_REGION", {}, { AWS_REGION: "us-west-2" }],
    ["AWS_DEFAULT_REGION", {}, { AWS_DEFAULT_REGION: "us-west-2" }],
  ];
  const options = { userPoolId: POOL, clientId: CLIENT, keys };

  test.each(REGIONS)("has issuers of its own region, whatever %s says", async (_n, over, env) => {
    use(env);
    const auth = createAuth({ ...options, ...over });
    for (const issuerOf of [originalOf, updatedOf]) {
      expect(await verdict(auth, tokenOf(issuerOf(POOL, "eu-west-1")))).toBe("accepted");
      expect(await verdict(auth, tokenOf(issuerOf(POOL, "us-west-2")))).toBe("token-issuer");
    }
  });

  test.each(REGIONS)("a refused issuer's hint names it and %s", async (_n, over, env) => {
    use(env);
    const auth = createAuth({ ...options, ...over });
    const { hint } = await refusal(auth.verifyToken(tokenOf(originalOf(POOL, "us-west-2"))));
    expect(hint).toContain("us-west-2");
    expect(hint).toContain("eu-west-1");
  });

  test.each(REGIONS)("ResourceNotFoundException's hint names it and %s", async (_n, over, env) => {
    use(env);
    service.always("AdminGetUser", failure("ResourceNotFoundException", "User pool x"));
    service.always("AdminInitiateAuth", failure("ResourceNotFoundException", "User pool x"));
    service.always("SignUp", failure("ResourceNotFoundException", "User pool client x"));
    const to = { endpoint: service.endpoint, credentials: CREDENTIALS };
    const auth = createAuth({ ...options, ...to, ...over });
    for (const call of [
      () => auth.fetchUserByUsername("theseus"),
      () => auth.login("theseus", "Labyrinth1"),
      () => auth.createCognitoUser("theseus", "Labyrinth1"),
    ]) {
      const error = await refusal(call());
      expect(error).toMatchObject({ reason: "config", name: "ResourceNotFoundException" });
      expect(error.hint).toContain("us-west-2");
      expect(error.hint).toContain("eu-west-1");
    }
  });

  test("keys come from its own region, calls go to the region that was chosen", async () => {
    const proxy = await startConnectProxy();
    try {
      for (const [over, env, calls] of [
        [{ region: "us-west-2" }, {}, "us-west-2"],
        [{}, { COGNITO_REGION: "us-west-2", AWS_REGION: "us-east-2" }, "us-west-2"],
        [{}, { AWS_REGION: "us-west-2" }, "eu-west-1"],
        [{}, {}, "eu-west-1"],
      ]) {
        use({ ...env, HTTPS_PROXY: proxy.url });
        proxy.tunnels.length = 0;
        const pool = {
          userPoolId: `eu-west-1_${crypto.randomUUID().slice(0, 8)}`,
          clientId: CLIENT,
        };
        const auth = createAuth({ ...pool, ...over, credentials: CREDENTIALS, maxAttempts: 1 });
        expect((await refusal(auth.ready())).reason).toBe("keys-unavailable");
        expect(hosts(proxy)).toEqual(["cognito-idp.eu-west-1.amazonaws.com"]);
        proxy.tunnels.length = 0;
        expect((await refusal(auth.login("theseus", "Labyrinth1"))).reason).toBe("network");
        expect(hosts(proxy)).toEqual([`cognito-idp.${calls}.amazonaws.com`]);
      }
    } finally {
      await proxy.stop();
    }
  });
});

describe("a replicated pool", () => {
  const replicas = ["us-west-2", "cn-north-1"];
  const REPLICA_ISSUERS = [
    originalOf(A, "us-west-2"),
    `https://cognito-idp.cn-north-1.amazonaws.com.cn/${A}`,
  ];
  const options = { userPoolId: A, clientId: CLIENT, keys };

  test("has the original issuers of replicaRegions beside its own, and no others", async () => {
    use({});
    const auth = createAuth({ ...options, replicaRegions: replicas });
    for (const iss of [originalOf(A), updatedOf(A), ...REPLICA_ISSUERS]) {
      expect(await verdict(auth, tokenOf(iss))).toBe("accepted");
    }
    for (const iss of [
      updatedOf(A, "us-west-2"),
      originalOf(A, "us-east-2"),
      originalOf(B, "us-west-2"),
    ]) {
      expect(await verdict(auth, tokenOf(iss))).toBe("token-issuer");
    }
  });

  test("has none of them without the option", async () => {
    use({});
    for (const none of [{}, { replicaRegions: [] }, { region: "us-west-2" }]) {
      const auth = createAuth({ ...options, ...none });
      for (const iss of REPLICA_ISSUERS)
        expect(await verdict(auth, tokenOf(iss))).toBe("token-issuer");
    }
  });

  test("has one set of keys, whatever its replicas and issuers are", async () => {
    use({});
    const userPoolId = `us-east-1_${crypto.randomUUID().slice(0, 8)}`;
    service.serveKeys(userPoolId, keys.jwks);
    const issuer = ["https://a.example", "https://b.example"];
    const pool = { userPoolId, clientId: CLIENT, endpoint: service.endpoint };
    const auth = createAuth({ ...pool, issuer, replicaRegions: replicas });
    for (const iss of [...issuer, originalOf(userPoolId, "us-west-2")]) {
      expect(await verdict(auth, tokenOf(iss))).toBe("accepted");
    }
    expect(await verdict(auth, tokenOf(originalOf(userPoolId)))).toBe("token-issuer");
    expect(service.requests.map(({ url }) => url)).toEqual([
      `/${userPoolId}/.well-known/jwks.json`,
    ]);
  });
});

describe("a region that is none of AWS's", () => {
  const POOLS = [
    "s3_AbC123",
    "s3-us-west-2_AbC123",
    "execute-api_Abc",
    "US-EAST-1_AbC",
    "local_Ab",
  ];

  test.each(POOLS)("is refused in a pool's id: %s", async (userPoolId) => {
    use({ AWS_REGION: "us-east-1" });
    const given = { clientId: CLIENT, credentials: CREDENTIALS };
    for (const options of [
      {},
      { keys },
      { region: "us-east-1" },
      { issuer: "https://a.example" },
    ]) {
      expect(() => createAuth({ ...given, userPoolId, ...options })).toThrow(
        expect.objectContaining({
          reason: "config",
          message: expect.stringMatching(/^USER_POOL_ID \(option userPoolId\) must be/),
        }),
      );
    }
    for (const moved of [
      { endpoint: service.endpoint },
      { jwksUri: `${service.endpoint}/jwks.json` },
    ]) {
      expect(() => createAuth({ ...given, userPoolId, ...moved })).not.toThrow();
    }
  });

  test.each(["s3", "local", "US-EAST-1", "us-east-1.example.com"])(
    "is refused as a setting: %s",
    async (region) => {
      const pool = { userPoolId: A, clientId: CLIENT };
      const invalid = expect.objectContaining({
        name: "ConfigError",
        message: expect.stringMatching(/^Invalid region in config/),
      });
      use({});
      expect(() => createAuth({ ...pool, region })).toThrow(invalid);
      use({ COGNITO_REGION: region });
      expect(() => createAuth(pool)).toThrow(invalid);
      use({ AWS_REGION: region });
      expect(() => createAuth({ clientId: CLIENT })).toThrow(invalid);
    },
  );

  test("may be an emulator's, with an endpoint: it is only signed", async () => {
    use({});
    const options = { endpoint: service.endpoint, credentials: CREDENTIALS };
    await createAuth({ ...options, userPoolId: "local_Ab" }).fetchUserByUsername("theseus");
    await createAuth({ ...options, userPoolId: A, region: "local" }).fetchUserByUsername("theseus");
    for (const { headers } of service.requests) {
      expect(headers.authorization).toMatch(/\/local\/cognito-idp\//);
    }
    expect(service.requests).toHaveLength(2);
  });

  test("does not matter where another one counts", async () => {
    use({ AWS_REGION: "local" });
    const auth = createAuth({ userPoolId: A, clientId: CLIENT, keys });
    expect(await verdict(auth, tokenOf(originalOf(A)))).toBe("accepted");
  });
});
