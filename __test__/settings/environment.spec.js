"use strict";

// The settings that the four functions take from process.env: Jest's copy of it, as it is at each call.

const auth = require("../..");
const { evaluate } = require("../support/child.js");
const { startEmulator } = require("../../tools/emulator.js");
const { optionsFrom, useEnvironment } = require("../support/environment.js");
const { startJwksServer } = require("../../testing/jwks-server.js");
const { refusal } = require("../../tools/outcomes.js");
const { startServiceServer } = require("../../testing/service-server.js");
const { CLIENT, idClaims, jwk, jwks, rsaPair, sign } = require("../../testing/tokens.js");

const POOL = "us-east-1_AbCdEfGhI";

let service;
let restore;

beforeAll(async () => {
  service = await startServiceServer();
});
afterAll(() => service.stop());
beforeEach(() => service.clear());
afterEach(() => restore?.());

/** A whole environment; `over` changes variables, undefined removes one. */
function use(over = {}) {
  restore?.();
  const all = {
    AWS_REGION: "us-east-1",
    USER_POOL_ID: POOL,
    COGNITO_CLIENT_ID: CLIENT,
    AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER: service.endpoint,
    AWS_ACCESS_KEY_ID: "AKIDEXAMPLE",
    AWS_SECRET_ACCESS_KEY: "secret",
    ...over,
  };
  const set = Object.entries(all).filter(([, value]) => value !== undefined);
  restore = useEnvironment(Object.fromEntries(set));
}

/** A copy of the package that has made no default Auth yet. */
function freshCopy() {
  let copy;
  jest.isolateModules(() => {
    copy = require("../..");
  });
  return copy;
}

const scopeOf = (request) => /Credential=([^,]+)/.exec(request.headers.authorization)[1].split("/");
const issuerOf = (pool) => `https://cognito-idp.us-east-1.amazonaws.com/${pool}`;

/** A pool id that no other test has: keys are cached by address, and ports are used again. */
let serial = 0;
function newPool() {
  serial += 1;
  return `us-east-1_Env${process.pid}x${Date.now()}x${serial}`;
}

const CALLS = [
  ["createCognitoUser", () => auth.createCognitoUser("theseus", "Labyrinth1")],
  ["login", () => auth.login("theseus", "Labyrinth1")],
  ["fetchUserByUsername", () => auth.fetchUserByUsername("theseus")],
];

describe("process.env, set inside a test, is what counts", () => {
  test.each(CALLS)("for %s", async (name, call) => {
    use();
    await call();
    expect(service.requests.length).toBeGreaterThan(0);
    for (const { body } of service.requests) {
      if ("UserPoolId" in body) expect(body.UserPoolId).toBe(POOL);
      if ("ClientId" in body) expect(body.ClientId).toBe(CLIENT);
    }
    const signed = service.requests.at(-1);
    expect(scopeOf(signed)[0]).toBe("AKIDEXAMPLE");
    expect(name).toEqual(expect.any(String));
  });

  test("for verifyToken", async () => {
    const pool = newPool();
    service.serveKeys(pool, jwks(jwk(rsaPair())));
    use({ USER_POOL_ID: pool });
    const token = sign({ payload: idClaims({ iss: issuerOf(pool) }) });
    await expect(freshCopy().verifyToken(token)).resolves.toMatchObject({ aud: CLIENT });
    expect(service.requests.map(({ url }) => url)).toEqual([`/${pool}/.well-known/jwks.json`]);
  });

  test("and not the environment that the process really has", async () => {
    // The process's own environment names another pool than its process.env does afterwards.
    const source = `
      const { createCognitoUser, fetchUserByUsername } = require("./index.js");
      process.env.USER_POOL_ID = "us-east-1_FromScript";
      process.env.AWS_ACCESS_KEY_ID = "AKIDSCRIPT";
      fetchUserByUsername("theseus").then((user) => console.log(JSON.stringify(user)));
    `;
    const env = {
      AWS_REGION: "us-east-1",
      USER_POOL_ID: "us-east-1_FromShell",
      AWS_ENDPOINT_URL: service.endpoint,
      AWS_ACCESS_KEY_ID: "AKIDSHELL",
      AWS_SECRET_ACCESS_KEY: "secret",
    };
    await evaluate(source, { env });
    expect(service.requests[0].body.UserPoolId).toBe("us-east-1_FromScript");
    expect(scopeOf(service.requests[0])[0]).toBe("AKIDSCRIPT");
  });
});

describe("a changed value counts from the next call on", () => {
  test.each([
    ["USER_POOL_ID", "us-east-1_Another", (request) => request.body.UserPoolId],
    ["COGNITO_CLIENT_ID", "another1client", (request) => request.body.ClientId],
    ["AWS_ACCESS_KEY_ID", "AKIDANOTHER", (request) => scopeOf(request)[0]],
    ["COGNITO_REGION", "eu-west-3", (request) => scopeOf(request)[2]],
    ["AWS_SESSION_TOKEN", "session==", (request) => request.headers["x-amz-security-token"]],
    ["COGNITO_AUTH_FLOW", "ADMIN_USER_PASSWORD_AUTH", (request) => request.body.AuthFlow],
  ])("%s", async (variable, value, seen) => {
    use();
    await auth.login("theseus", "Labyrinth1");
    process.env[variable] = value;
    await auth.login("theseus", "Labyrinth1");
    delete process.env[variable];
    const [before, after] = service.requests;
    expect(seen(before)).not.toBe(value);
    expect(seen(after)).toBe(value);
  });

  test("AWS_MAX_ATTEMPTS, which is no setting of our own", async () => {
    service.always("AdminInitiateAuth", { status: 500 });
    use();
    await refusal(auth.login("theseus", "Labyrinth1"));
    expect(service.requests).toHaveLength(3);
    process.env.AWS_MAX_ATTEMPTS = "1";
    await refusal(auth.login("theseus", "Labyrinth1"));
    expect(service.requests).toHaveLength(4);
  });

  test("the endpoint", async () => {
    const other = await startServiceServer();
    try {
      use();
      await auth.login("theseus", "Labyrinth1");
      process.env.AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER = other.endpoint;
      await auth.login("theseus", "Labyrinth1");
      expect([service.requests.length, other.requests.length]).toEqual([1, 1]);
    } finally {
      await other.stop();
    }
  });

  test("for verifyToken, once a call to Cognito has looked", async () => {
    const [first, second] = [newPool(), newPool()];
    for (const pool of [first, second]) service.serveKeys(pool, jwks(jwk(rsaPair())));
    const of = (pool) => sign({ payload: idClaims({ iss: issuerOf(pool) }) });
    const copy = freshCopy();
    use({ USER_POOL_ID: first });
    await expect(copy.verifyToken(of(first))).resolves.toBeTruthy();
    process.env.USER_POOL_ID = second;
    await copy.login("theseus", "Labyrinth1");
    await expect(copy.verifyToken(of(second))).resolves.toBeTruthy();
    expect((await refusal(copy.verifyToken(of(first)))).reason).toBe("token-issuer");
  });

  test("a call under way goes on with the settings that it began with", async () => {
    service.always("SignUp", { body: { UserConfirmed: false }, delay: 300 });
    use();
    const call = auth.createCognitoUser("theseus", "Labyrinth1");
    process.env.USER_POOL_ID = "us-east-1_Another";
    await call;
    expect(service.of("AdminConfirmSignUp")[0].body.UserPoolId).toBe(POOL);
  });

  test("what was missing can be set afterwards", async () => {
    const copy = freshCopy();
    use({ USER_POOL_ID: undefined, COGNITO_CLIENT_ID: undefined });
    expect((await refusal(copy.login("theseus", "Labyrinth1"))).reason).toBe("config");
    expect((await refusal(copy.verifyToken(sign()))).reason).toBe("config");
    const pool = newPool();
    service.serveKeys(pool, jwks(jwk(rsaPair())));
    process.env.USER_POOL_ID = pool;
    process.env.COGNITO_CLIENT_ID = CLIENT;
    const token = sign({ payload: idClaims({ iss: issuerOf(pool) }) });
    await expect(copy.verifyToken(token)).resolves.toBeTruthy();
    await expect(copy.login("theseus", "Labyrinth1")).resolves.toEqual(expect.any(String));
  });
});

describe("what is missing is named, with its cure", () => {
  const MISSING_POOL = "Missing required key 'UserPoolId' in params";
  const MISSING_CLIENT = "Missing required key 'ClientId' in params";

  async function expectMissing(call, beginning, variable, name) {
    const error = await refusal(call());
    expect(error).toBeInstanceOf(auth.AuthError);
    expect(error).toMatchObject({ name, code: name, reason: "config", status: 500 });
    expect(error.message.startsWith(beginning)).toBe(true);
    expect(error.message).toContain(variable);
    // It says more than the original: what to do.
    expect(error.message.length).toBeGreaterThan(beginning.length + variable.length + 20);
    expect(service.requests).toHaveLength(0);
  }

  test.each(CALLS)("USER_POOL_ID, by %s", async (_name, call) => {
    use({ USER_POOL_ID: undefined });
    await expectMissing(call, MISSING_POOL, "USER_POOL_ID", "MissingRequiredParameter");
  });

  test.each(CALLS)("USER_POOL_ID that is empty, by %s", async (_name, call) => {
    use({ USER_POOL_ID: "" });
    await expectMissing(call, MISSING_POOL, "USER_POOL_ID", "MissingRequiredParameter");
  });

  test.each(CALLS.slice(0, 2))("COGNITO_CLIENT_ID, by %s", async (_name, call) => {
    use({ COGNITO_CLIENT_ID: undefined });
    await expectMissing(call, MISSING_CLIENT, "COGNITO_CLIENT_ID", "MissingRequiredParameter");
  });

  test("COGNITO_CLIENT_ID is not needed by fetchUserByUsername", async () => {
    use({ COGNITO_CLIENT_ID: undefined });
    await expect(auth.fetchUserByUsername("theseus")).resolves.toBeTruthy();
  });

  test.each(CALLS)("the region, by %s", async (_name, call) => {
    // The pool's id begins with nothing that could be a region.
    use({ AWS_REGION: undefined, USER_POOL_ID: "my_own_pool_AbC" });
    await expectMissing(call, "Missing region in config", "AWS_REGION", "ConfigError");
  });

  test.each([
    ["USER_POOL_ID", { USER_POOL_ID: undefined }],
    ["COGNITO_CLIENT_ID", { COGNITO_CLIENT_ID: undefined }],
    ["AWS_REGION", { AWS_REGION: undefined, USER_POOL_ID: "my_own_pool_AbC" }],
  ])("%s, by verifyToken", async (variable, over) => {
    use(over);
    const error = await refusal(freshCopy().verifyToken(sign()));
    expect(error).toMatchObject({ reason: "config", status: 500 });
    expect(error).not.toBeInstanceOf(auth.JsonWebTokenError);
    expect(error.message).toContain(variable);
    expect(service.requests).toHaveLength(0);
  });

  test("verifyToken without a token says that first", async () => {
    use({ USER_POOL_ID: undefined });
    const error = await refusal(freshCopy().verifyToken(undefined));
    expect(error.message).toBe("jwt must be provided");
  });

  test("everything, by every function: rejections, never throws", async () => {
    restore = useEnvironment();
    const copy = freshCopy();
    for (const call of [
      () => copy.createCognitoUser("theseus", "Labyrinth1"),
      () => copy.login("theseus", "Labyrinth1"),
      () => copy.fetchUserByUsername("theseus"),
      () => copy.verifyToken(sign()),
    ]) {
      expect((await refusal(call())).reason).toBe("config");
    }
  });

  test("credentials, before SignUp goes out", async () => {
    const source = `
      const { createCognitoUser, login, fetchUserByUsername, AuthError } = require("./index.js");
      const calls = [createCognitoUser("a", "b"), login("a", "b"), fetchUserByUsername("a")];
      Promise.allSettled(calls).then((outcomes) => console.log(JSON.stringify(
        outcomes.map(({ reason }) => ({ ...reason, name: reason?.name, ours: AuthError.is(reason) })))));
    `;
    const env = {
      AWS_REGION: "us-east-1",
      USER_POOL_ID: POOL,
      COGNITO_CLIENT_ID: CLIENT,
      AWS_ENDPOINT_URL: service.endpoint,
      AWS_EC2_METADATA_DISABLED: "true",
    };
    const outcomes = await evaluate(source, { env });
    expect(outcomes).toHaveLength(3);
    for (const outcome of outcomes) {
      expect(outcome).toMatchObject({
        ours: true,
        name: "CredentialsError",
        code: "CredentialsError",
        reason: "aws-credentials",
        status: 500,
      });
      expect(outcome.message).toMatch(/^Missing credentials in config/);
      expect(outcome.message).toContain("AWS_ACCESS_KEY_ID");
    }
    expect(outcomes[0].stage).toBe("sign-up");
    expect(service.requests).toHaveLength(0);
  });
});

describe("what is wrong is named, and never shown", () => {
  test.each([
    ["USER_POOL_ID", "S3CRET/../x"],
    ["COGNITO_CLIENT_ID", "S3CRET S3CRET"],
    ["AWS_REGION", "S3CRET.example.com"],
    ["AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER", "S3CRET"],
    ["COGNITO_ISSUER", "S3CRET"],
    ["COGNITO_JWKS_URI", "http://S3CRET.example.com/keys"],
    ["COGNITO_AUTH_FLOW", "S3CRET"],
  ])("%s", async (variable, value) => {
    use({ [variable]: value });
    const copy = freshCopy();
    for (const call of [
      () => copy.createCognitoUser("theseus", "Labyrinth1"),
      () => copy.login("theseus", "Labyrinth1"),
      () => copy.fetchUserByUsername("theseus"),
      () => copy.verifyToken(sign()),
    ]) {
      const error = await refusal(call());
      expect(error).toMatchObject({ reason: "config", status: 500 });
      expect(error.message).toContain(variable);
      expect(`${error.stack}${JSON.stringify(error)}`).not.toContain("S3CRET");
    }
    expect(service.requests).toHaveLength(0);
  });

  test("an invalid region in the original's words", async () => {
    use({ AWS_REGION: "us east 1" });
    const error = await refusal(freshCopy().fetchUserByUsername("theseus"));
    expect(error).toMatchObject({ name: "ConfigError", code: "ConfigError" });
    expect(error.message).toMatch(/^Invalid region in config/);
  });
});

describe("which variable counts", () => {
  const regionOf = async (over) => {
    use(over);
    await auth.fetchUserByUsername("theseus");
    return scopeOf(service.requests.at(-1))[2];
  };

  test("COGNITO_REGION comes before the pool's id", async () => {
    expect(await regionOf({ COGNITO_REGION: "eu-west-3", AWS_REGION: "eu-west-1" })).toBe(
      "eu-west-3",
    );
  });

  test("the pool's id comes before AWS_REGION, which Lambda always sets to its own", async () => {
    for (const over of [{ AWS_REGION: "eu-west-1" }, { COGNITO_REGION: "" }]) {
      expect(await regionOf({ ...over, USER_POOL_ID: "ap-south-2_AbCdEfGhI" })).toBe("ap-south-2");
    }
  });

  test("AWS_REGION comes before AWS_DEFAULT_REGION, for a pool's id without a region", async () => {
    const regions = { AWS_REGION: "eu-west-1", AWS_DEFAULT_REGION: "eu-west-2" };
    const local = { USER_POOL_ID: "local_AbCdEfGhI" };
    expect(await regionOf({ ...local, ...regions })).toBe("eu-west-1");
    expect(await regionOf({ ...local, ...regions, AWS_REGION: undefined })).toBe("eu-west-2");
    expect(await regionOf({ ...local, ...regions, AWS_REGION: "" })).toBe("eu-west-2");
    expect(await regionOf({ ...local, AWS_REGION: undefined })).toBe("local");
  });

  test("AWS_ENDPOINT_URL serves, and the service's own comes first", async () => {
    use({
      AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER: undefined,
      AWS_ENDPOINT_URL: service.endpoint,
    });
    await auth.fetchUserByUsername("theseus");
    use({ AWS_ENDPOINT_URL: "http://127.0.0.1:9" });
    await auth.fetchUserByUsername("theseus");
    expect(service.requests).toHaveLength(2);
  });

  test("COGNITO_CLIENT_SECRET makes SECRET_HASH", async () => {
    use({ COGNITO_CLIENT_SECRET: "client-secret" });
    await auth.login("theseus", "Labyrinth1");
    expect(service.requests[0].body.AuthParameters.SECRET_HASH).toMatch(/^[A-Za-z0-9+/]{43}=$/);
  });

  test("COGNITO_ISSUER and COGNITO_JWKS_URI move issuer and keys", async () => {
    const server = await startJwksServer(jwk(rsaPair()));
    try {
      const iss = "https://login.example.com/pool";
      use({ COGNITO_ISSUER: iss, COGNITO_JWKS_URI: server.url });
      const copy = freshCopy();
      const token = sign({ payload: idClaims({ iss }) });
      await expect(copy.verifyToken(token)).resolves.toMatchObject({ iss });
      expect((await refusal(copy.verifyToken(sign()))).reason).toBe("token-issuer");
      expect(server.requests).toHaveLength(1);
    } finally {
      await server.stop();
    }
  });

  test("COGNITO_ISSUER may name several, separated by commas", async () => {
    const [one, two] = ["https://one.example/pool", "https://two.example/pool"];
    use({ COGNITO_ISSUER: `${one}, ${two}` });
    const made = auth.createAuth({ keys: { jwks: jwks(jwk(rsaPair())) } });
    for (const iss of [one, two]) {
      const token = sign({ payload: idClaims({ iss }) });
      await expect(made.verifyToken(token)).resolves.toMatchObject({ iss });
    }
    expect((await refusal(made.verifyToken(sign()))).reason).toBe("token-issuer");
    for (const wrong of [`${one},`, `${one},S3CRET`, `,${one}`, ",", `${one}\n`]) {
      use({ COGNITO_ISSUER: wrong });
      const error = await refusal(freshCopy().login("theseus", "Labyrinth1"));
      expect(error).toMatchObject({ reason: "config", name: "ConfigError" });
      expect(error.message).toContain("COGNITO_ISSUER");
      expect(error.message).not.toContain("S3CRET");
    }
  });

  test("an option of createAuth comes before its variable", async () => {
    use();
    const made = auth.createAuth({
      region: "sa-east-1",
      userPoolId: "us-east-1_Option",
      clientId: "option1client",
      authFlow: "ADMIN_USER_PASSWORD_AUTH",
      credentials: { accessKeyId: "AKIDOPTION", secretAccessKey: "secret" },
    });
    await made.login("theseus", "Labyrinth1");
    const [request] = service.requests;
    expect(request.body).toMatchObject({
      UserPoolId: "us-east-1_Option",
      ClientId: "option1client",
      AuthFlow: "ADMIN_USER_PASSWORD_AUTH",
    });
    expect(
      scopeOf(request)
        .slice(0, 3)
        .filter((_, at) => at !== 1),
    ).toEqual(["AKIDOPTION", "sa-east-1"]);
  });

  test("an option that is left out falls back to its variable", async () => {
    use({ COGNITO_CLIENT_ID: "variable1client", COGNITO_CLIENT_SECRET: "secret" });
    await auth.createAuth({ maxAttempts: 1 }).login("theseus", "Labyrinth1");
    use({ USER_POOL_ID: undefined, COGNITO_CLIENT_ID: "variable1client" });
    await auth.createAuth({ userPoolId: "us-east-1_Option" }).login("theseus", "Labyrinth1");
    expect(service.requests.map(({ body }) => [body.UserPoolId, body.ClientId])).toEqual([
      [POOL, "variable1client"],
      ["us-east-1_Option", "variable1client"],
    ]);
    expect(service.requests[0].body.AuthParameters).toHaveProperty("SECRET_HASH");
  });

  test("half of a pair of credentials is none, and their token does not go with others", async () => {
    use({ AWS_SESSION_TOKEN: "of-other-keys" });
    const made = auth.createAuth({
      credentials: { accessKeyId: "AKIDOPTION", secretAccessKey: "secret" },
    });
    await made.fetchUserByUsername("theseus");
    expect(service.requests[0].headers).not.toHaveProperty("x-amz-security-token");
  });
});

describe("several of them in one process", () => {
  test("jest.resetModules leaves both copies working", async () => {
    use();
    const before = require("../..");
    jest.resetModules();
    const after = require("../..");
    expect(after).not.toBe(before);
    await before.fetchUserByUsername("theseus");
    await after.fetchUserByUsername("theseus");
    await before.login("theseus", "Labyrinth1");
    expect(service.requests).toHaveLength(3);
    const keys = { jwks: jwks(jwk(rsaPair())) };
    for (const copy of [before, after, before]) {
      await expect(copy.createAuth({ keys }).verifyToken(sign())).resolves.toBeTruthy();
    }
  });

  test("many changes of the environment, and every call has its own", async () => {
    use();
    const pools = Array.from({ length: 30 }, (_, i) => `us-east-1_Many${i}`);
    const calls = pools.map((pool) => {
      process.env.USER_POOL_ID = pool;
      return auth.fetchUserByUsername("theseus");
    });
    await Promise.all(calls);
    expect(service.requests.map(({ body }) => body.UserPoolId).sort()).toEqual(pools.sort());
  });

  test("two Auths on two pools keep users and tokens apart", async () => {
    const emulator = await startEmulator({ kind: "ministack" });
    try {
      restore = useEnvironment();
      const [one, two] = await Promise.all([emulator.createPool(), emulator.createPool()]);
      const first = auth.createAuth(optionsFrom(one.environment));
      const second = auth.createAuth(optionsFrom(two.environment));
      await first.createCognitoUser("theseus", "Labyrinth1", "t@example.com", "+14155550101");
      await second.createCognitoUser("theseus", "Labyrinth2", "t@example.com", "+14155550102");
      expect((await refusal(first.login("theseus", "Labyrinth2"))).reason).toBe("bad-credentials");
      const [a, b] = await Promise.all([
        first.login("theseus", "Labyrinth1"),
        second.login("theseus", "Labyrinth2"),
      ]);
      await expect(first.verifyToken(a)).resolves.toMatchObject({ aud: one.clientId });
      await expect(second.verifyToken(b)).resolves.toMatchObject({ aud: two.clientId });
      for (const [pool, token] of [
        [first, b],
        [second, a],
      ]) {
        expect(await refusal(pool.verifyToken(token))).toBeInstanceOf(auth.JsonWebTokenError);
      }
      expect((await first.fetchUserByUsername("theseus")).phoneNumber).toBe("+14155550101");
      expect((await second.fetchUserByUsername("theseus")).phoneNumber).toBe("+14155550102");
    } finally {
      await emulator.stop();
    }
  }, 120_000);
});
